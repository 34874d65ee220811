package io.millrace.payloads;

/**
 * A reference is not followed, or a payload not stored: it is malformed, refers to a location that is not permitted, or
 * is too large. Nothing was read or stored.
 */
public final class RefusedPayloadException extends PayloadException {
    private static final long serialVersionUID = 1L;

    public RefusedPayloadException(String message) {
        super(message);
    }

    public RefusedPayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
