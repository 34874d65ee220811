package io.millrace.spool;

import org.jspecify.annotations.Nullable;

/** An object is not what its producer has written: incomplete, damaged, foreign, or of a later version. It will never be readable. */
public final class CorruptSpoolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CorruptSpoolException(String message) {
        super(message);
    }

    public CorruptSpoolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
