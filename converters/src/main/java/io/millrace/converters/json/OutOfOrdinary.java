package io.millrace.converters.json;

import java.io.IOException;

/** The message has something that {@code JsonConverter} has to decide. It never leaves this package. */
final class OutOfOrdinary extends IOException {
    private static final long serialVersionUID = 1L;

    OutOfOrdinary() {
        super("To be read by JsonConverter");
    }

    /** Nobody asks where it comes from. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
