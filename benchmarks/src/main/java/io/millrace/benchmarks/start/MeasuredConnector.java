package io.millrace.benchmarks.start;

import io.millrace.benchmarks.harness.BenchmarkWorker;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/** A connector, and what it has delivered of its input. For one thread. */
interface MeasuredConnector extends AutoCloseable {
    /** Its name, which no other connector of the benchmark has. */
    String name();

    /** All its options. */
    Map<String, String> options();

    /**
     * Waits until so many events, or rows, are visible.
     *
     * @throws io.millrace.testing.servers.ConnectRestException if the connector or its task fails before
     * @throws IllegalStateException if no more come for minutes
     */
    void awaitDelivered(BenchmarkWorker worker, int expected) throws SQLException, IOException, InterruptedException;

    /**
     * Compares all that is delivered with what is expected, after so much is delivered.
     *
     * @throws IllegalStateException if it differs
     */
    void requireDelivered(int expected) throws SQLException;

    @Override
    void close();
}
