package io.millrace.benchmarks.channels;

import java.util.Optional;

/** How a client of a contender subscribes to its channel over a WebSocket, receives events, and resumes. Without state of its own. */
interface PushProtocol {
    /** The path and query of the WebSocket. */
    String pathOf(PushClient client);

    /** The subprotocol of the WebSocket. */
    default Optional<String> subprotocol() {
        return Optional.empty();
    }

    /** Called when the WebSocket is open. */
    default void open(PushClient client) {}

    /** Called for each text frame. */
    void receive(PushClient client, String frame);

    /** The text between the first occurrence of a name and the next quotation mark; empty if the name does not occur. */
    static String textBehind(String frame, String name) {
        int at = frame.indexOf(name);
        if (at < 0) {
            return "";
        }
        int begin = at + name.length();
        return frame.substring(begin, frame.indexOf('"', begin));
    }
}
