package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.ViewDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How fast one thread writes the same rows with no Kafka, no Connect and no ledger, in each way that the database has. */
final class Ceiling {
    /** A way to write rows. */
    interface Way {
        /** Writes rows of different keys in the current transaction. */
        void write(Connection connection, List<Order> rows) throws SQLException, IOException;
    }

    /**
     * A way with its size.
     *
     * @param batch how many records a transaction has
     * @param uniqueOnly whether it cannot overwrite rows
     * @param driverOptions the connection's
     */
    record Variant(String name, int batch, boolean uniqueOnly, Way way, List<String> driverOptions) {}

    private Ceiling() {}

    /**
     * Writes the first part of the stream into a new table; returns records in a second.
     *
     * @throws IllegalStateException if the table differs from the stream
     */
    static double measureVariant(ViewDatabase database, String table, Variant variant, OrderStream stream)
            throws SQLException, IOException {
        try (Connection connection = database.connect(variant.driverOptions().toArray(String[]::new));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + table + " (" + stream.shape().definitions() + ")");
            database.settle();
            connection.setAutoCommit(false);
            long begin = System.nanoTime();
            Iterator<Order> orders = stream.ordersOfPart(1).iterator();
            while (orders.hasNext()) {
                Map<Long, Order> last = new LinkedHashMap<>();
                for (int i = 0; i < variant.batch() && orders.hasNext(); i++) {
                    Order order = orders.next();
                    last.put(order.id(), order);
                }
                variant.way().write(connection, new ArrayList<>(last.values()));
                connection.commit();
            }
            double rate = stream.records() * 1e9 / (System.nanoTime() - begin);
            stream.expectedContent(1).requireIn(database, table, stream.shape().names());
            return rate;
        }
    }
}
