package io.millrace.benchmarks.views;

import io.millrace.benchmarks.harness.ViewDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** One thread writes the records into a staging table, without Kafka, and from there into the view by INSERT … SELECT. */
final class StagedRun {
    /** How many rows of the view a transaction writes, about. */
    private static final int BATCH = 10_000;

    private final ViewDatabase database;
    private final ViewSql sql;
    private final ViewMode mode;
    private final String records;
    private final String view;

    /** Takes the names of the tables, which exist. */
    StagedRun(ViewDatabase database, ViewMode mode, String records, String view) {
        this.database = database;
        this.sql = ViewSql.of(database);
        this.mode = mode;
        this.records = records;
        this.view = view;
    }

    /** Writes the stream; a part with {@code rows} rows. */
    ViewSpeed write(PurchaseStream stream, int rows) throws SQLException, IOException {
        try (Connection connection = database.connect(sql.driverOptions().toArray(String[]::new));
                Statement statement = connection.createStatement()) {
            statement.execute(sql.createStaged(sql.definitions(mode)));
            connection.setAutoCommit(false);
            double[] speeds = new double[PurchaseStream.PARTS];
            for (int part = 1; part <= PurchaseStream.PARTS; part++) {
                long begin = System.nanoTime();
                Iterator<Purchase> purchases = stream.purchasesOfPart(part).iterator();
                while (purchases.hasNext()) {
                    writeBatch(
                            connection, statement, next(purchases, Math.max(1, BATCH / Math.max(1, stream.items()))));
                }
                speeds[part - 1] = rows * 1e9 / (System.nanoTime() - begin);
            }
            return new ViewSpeed(speeds[0], speeds[1], Double.NaN, Double.NaN);
        }
    }

    private void writeBatch(Connection connection, Statement statement, List<Purchase> batch)
            throws SQLException, IOException {
        statement.execute("TRUNCATE TABLE " + ViewSql.STAGED);
        sql.stage(connection, mode, mode.usesLastOfEach() ? List.copyOf(ViewMode.lastOfEach(batch.stream())) : batch);
        for (String transfer : sql.transfer(mode, records, view)) {
            statement.execute(transfer);
        }
        connection.commit();
    }

    private static List<Purchase> next(Iterator<Purchase> purchases, int most) {
        List<Purchase> batch = new ArrayList<>(most);
        while (batch.size() < most && purchases.hasNext()) {
            batch.add(purchases.next());
        }
        return batch;
    }
}
