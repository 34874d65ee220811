package io.millrace.connectors.projection.database;

import java.sql.SQLDataException;

/** The sink itself finds that a record cannot be written, while it writes. Its text contains no values. */
public abstract class SafeDataException extends SQLDataException {
    private static final long serialVersionUID = 1L;
    /** The SQL standard's "data exception". */
    private static final String DATA_EXCEPTION = "22000";

    protected SafeDataException(String reason) {
        super(reason, DATA_EXCEPTION);
    }
}
