package io.millrace.benchmarks.harness;

import io.millrace.testing.servers.Installation;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/** A server whose database {@code views} a sink writes to. */
public interface ViewDatabase extends AutoCloseable {
    /**
     * Starts a server with its data in this directory.
     *
     * @param name {@code mysql} or {@code postgresql}
     * @param durable whether a commit waits for the disk
     */
    static ViewDatabase start(String name, Installation installation, Path directory, boolean durable)
            throws SQLException {
        return switch (name) {
            case "mysql" -> new MySqlViews(installation, directory, durable);
            case "postgresql" -> new PostgresViews(installation, directory, durable);
            default -> throw new IllegalArgumentException("Not a database that is measured: " + name);
        };
    }

    /** Who may do everything in the database. */
    String USER = "bench";

    String PASSWORD = "bench";

    /** As the command line calls it. */
    String name();

    /** The database's JDBC URL with these driver options, each {@code name=value}. */
    String url(String... options);

    /** A new connection with these driver options, to be closed by the caller. */
    Connection connect(String... options) throws SQLException;

    /** The driver's option that makes one statement of a batch. */
    String batchingOption();

    /** The type of a column with a time, in microseconds and without a zone. */
    String timestamp();

    /** SQL for the current time in UTC, in microseconds, as the default of a column. */
    String utcNow();

    /** The type of a column with texts of any length. */
    String longText();

    /** SQL for the sum of a CRC-32 of each row's columns, as text with {@code |} between them. */
    String checksum(String columns);

    /** SQL by which a transaction, or in MySQL the session, keeps every other session out of a table. */
    String lock(String table);

    /** Returns when the server has done what earlier writes left for it to do in the background. */
    void settle() throws SQLException;

    @Override
    void close();
}
