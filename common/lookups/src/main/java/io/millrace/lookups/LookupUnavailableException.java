package io.millrace.lookups;

import org.apache.kafka.connect.errors.RetriableException;

/** A table cannot answer now. The message names the table and the reason. */
public final class LookupUnavailableException extends RetriableException {
    private static final long serialVersionUID = 1L;

    LookupUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
