package io.millrace.converters.json;

import java.io.IOException;

/** The message contains something that only {@code JsonConverter} reads or writes. Never leaves this package. */
final class UnsupportedJsonException extends IOException {
    private static final long serialVersionUID = 1L;

    UnsupportedJsonException() {
        super("To be read or written by JsonConverter");
    }

    /** It is caught in this package, so its stack trace is not needed. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
