package io.millrace.payloads;

import org.jspecify.annotations.Nullable;

/** A payload could not be stored or read. Messages name the location, and never contain a part of the payload. */
public class PayloadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PayloadException(String message) {
        super(message);
    }

    public PayloadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the same call may succeed later. */
    public boolean isTransient() {
        return false;
    }
}
