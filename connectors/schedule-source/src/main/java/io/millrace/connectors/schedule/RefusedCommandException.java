package io.millrace.connectors.schedule;

/** A command that cannot be kept. The message is for the reply, and may contain the value of a control header. */
final class RefusedCommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String subject;

    /**
     * With a reason.
     *
     * @param subject the name of the header or the part of the record that is wrong, for the log
     */
    RefusedCommandException(String subject, String reason) {
        super(subject + ": " + reason);
        this.subject = subject;
    }

    String subject() {
        return subject;
    }
}
