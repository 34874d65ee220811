package io.millrace.rules;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the source's database is reached, whichever database it is. Safe for use by many threads. */
public final class SourceConnection {
    private final SourceTables database;

    private SourceConnection(SourceTables database) {
        this.database = database;
    }

    /**
     * The connection that the options name, as {@link OfficialEventOptions#DATABASE} or
     * {@link OfficialEventOptions#POSTGRES_DATABASE}; empty if they name none.
     */
    public static Optional<SourceConnection> of(Map<String, ?> options) {
        return SourceDatabase.findTables(options).map(SourceConnection::new);
    }

    /**
     * Opens a connection, which the caller closes.
     *
     * @throws SQLException if the server cannot be reached or refuses the user
     */
    public Connection open() throws SQLException {
        return database.connect();
    }

    /** Why the database cannot be queried, in a sentence without the password; empty if it can. */
    public Optional<String> findFault() {
        return database.findConnectionFault();
    }

    /**
     * The names of the tables that the user may read, each as {@code database.table}, or as {@code schema.table} in PostgreSQL,
     * without those of the server itself; empty if the database cannot be queried.
     */
    public Optional<List<String>> findTables() {
        return database.queryTables();
    }
}
