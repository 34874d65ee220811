package io.millrace.lookups;

import org.apache.kafka.connect.errors.ConnectException;

/**
 * A table cannot answer, also after a wait. The message names the table and the reason. No other record would be answered, so
 * the task fails.
 */
public final class LookupUnavailableException extends ConnectException {
    private static final long serialVersionUID = 1L;

    LookupUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
