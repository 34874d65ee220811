package io.millrace.benchmarks.harness;

import java.sql.Connection;
import java.sql.SQLException;

/** A server whose database {@code views} a sink writes to. */
public interface ViewDatabase extends AutoCloseable {
    /** Who may do everything in the database. */
    String USER = "bench";

    String PASSWORD = "bench";

    /** As the command line calls it. */
    String name();

    /** The database's JDBC URL with these driver options, each {@code name=value}. */
    String url(String... options);

    /** A new connection with these driver options, to be closed by the caller. */
    Connection connect(String... options) throws SQLException;

    /** SQL for the sum of a CRC-32 of each row's columns, as text with {@code |} between them. */
    String checksum(String columns);

    /** Returns when the server has done what earlier writes left for it to do in the background. */
    void settle() throws SQLException;

    @Override
    void close();
}
