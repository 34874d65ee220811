package io.millrace.benchmarks.start;

import java.sql.SQLException;

/** What connectors of one contender read: a table with a row, or a topic with a record. */
interface ConnectorInput extends AutoCloseable {
    /** A connector that reads this input; it is not posted. */
    MeasuredConnector connector(String name) throws SQLException;

    /** Commits a change of the row, or writes a second record. Called once at most. */
    void addChange() throws SQLException;

    /** Removes the input. Called when its connectors have ended. */
    @Override
    void close() throws SQLException;
}
