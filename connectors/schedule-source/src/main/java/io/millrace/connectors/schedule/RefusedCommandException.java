package io.millrace.connectors.schedule;

/**
 * A command that cannot be kept. The message is for the reply, and may contain the value of a control header. Its length is limited,
 * so that a reply fits into a topic whatever the command contains.
 */
final class RefusedCommandException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MAX_QUOTED = 100;
    private static final int MAX_REASON = 1000;

    private final String subject;

    /**
     * With a reason.
     *
     * @param subject the name of the header or the part of the record that is wrong, for the log
     */
    RefusedCommandException(String subject, String reason) {
        super(shorten(subject, MAX_QUOTED) + ": " + shorten(reason, MAX_REASON));
        this.subject = shorten(subject, MAX_QUOTED);
    }

    /** A text of the command in quotes, of which the end is left out if it is long. */
    static String quote(String text) {
        return "'" + shorten(text, MAX_QUOTED) + "'";
    }

    private static String shorten(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        return text.substring(0, end) + "…";
    }

    String subject() {
        return subject;
    }
}
