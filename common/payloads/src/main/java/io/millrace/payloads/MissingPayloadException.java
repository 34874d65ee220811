package io.millrace.payloads;

/** The payload of a reference is missing: it expired, was deleted, or never existed. */
public final class MissingPayloadException extends PayloadException {
    private static final long serialVersionUID = 1L;

    public MissingPayloadException(String message) {
        super(message);
    }

    public MissingPayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
