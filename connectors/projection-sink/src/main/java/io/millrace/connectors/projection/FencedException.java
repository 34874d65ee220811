package io.millrace.connectors.projection;

import org.apache.kafka.connect.errors.ConnectException;

/** The ledger says that another task owns a partition now; nothing was written. */
final class FencedException extends ConnectException {
    private static final long serialVersionUID = 1L;

    FencedException(String message) {
        super(message);
    }
}
