package io.millrace.timers;

/** A cron expression that is not valid. The message contains the field, the position, the expected and the found. */
public final class InvalidCronException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidCronException(String message) {
        super(message);
    }
}
