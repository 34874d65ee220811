package io.millrace.payloads;

/** A store has nothing if a reference leads: it expired, was deleted, or never was there. */
public final class MissingPayloadException extends PayloadException {
    private static final long serialVersionUID = 1L;

    public MissingPayloadException(String message) {
        super(message);
    }

    public MissingPayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
