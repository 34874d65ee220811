package io.millrace.connectors.projection.database;

import java.sql.SQLException;

/** An error that the sink itself detects in a transaction, with the SQLState that a server would use. */
public final class StateException extends SQLException {
    /** The SQL standard's "SQL-server rejected establishment of SQL-connection". */
    static final String CONNECTION_REJECTED = "08004";

    private static final long serialVersionUID = 1L;

    /**
     * With a reason.
     *
     * @param reason without payload, because it is shown
     * @param state determines the handling of the transaction; see {@link SqlFault}
     */
    public StateException(String reason, String state) {
        super(reason, state);
    }

    /** The same, with what the server or the driver found. */
    StateException(String reason, String state, SQLException cause) {
        super(reason, state, cause);
    }
}
