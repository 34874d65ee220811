package io.millrace.benchmarks.channels;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The value of a record, a JSON object: the number of the event in its channel, from 1 on, and when it was sent. Every server passes it on
 * within a text of its own.
 */
final class PushedEvent {
    private static final String NUMBER = "\"n\":";
    private static final String SENT = "\"t\":";

    private PushedEvent() {}

    /** An event that is sent now, of about this many bytes. */
    static byte[] make(long number, int bytes) {
        return ("{" + NUMBER + number + "," + SENT + System.nanoTime() + ",\"pad\":\"" + "x".repeat(bytes) + "\"}")
                .getBytes(US_ASCII);
    }

    /** The number of the event in a frame. */
    static long numberIn(String frame) {
        return numberBehind(frame, NUMBER);
    }

    /** When the event in a frame was sent, by {@link System#nanoTime}. */
    static long sentIn(String frame) {
        return numberBehind(frame, SENT);
    }

    private static long numberBehind(String frame, String name) {
        int at = frame.indexOf(name);
        if (at < 0) {
            throw new IllegalStateException("Expected an event, found " + frame);
        }
        long number = 0;
        for (int i = at + name.length(); i < frame.length() && Character.isDigit(frame.charAt(i)); i++) {
            number = number * 10 + (frame.charAt(i) - '0');
        }
        return number;
    }
}
