package io.millrace.benchmarks.views;

import io.millrace.benchmarks.harness.ViewDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The SQL by which a database itself keeps a view of purchases: a trigger on a table of the records, or statements that
 * write the rows of a staging table into the view. The table of the records has the columns {@link ViewMode#ORDERS}, of
 * {@link ViewMode#EXPLODE} the order's number, the revision and the items as JSON.
 */
interface ViewSql {
    /** The name of the staging table. */
    String STAGED = "staged";

    /** The SQL of the database. */
    static ViewSql of(ViewDatabase database) {
        return database.name().equals("mysql") ? new MySqlViewSql() : new PostgresViewSql();
    }

    /** The definitions of the columns of the table of the records. */
    default String definitions(ViewMode mode) {
        return mode == ViewMode.EXPLODE
                ? "order_id BIGINT NOT NULL PRIMARY KEY, revision BIGINT NOT NULL, items " + json() + " NOT NULL"
                : ViewMode.ORDERS;
    }

    /** The names of the columns of the table of the records. */
    default String columns(ViewMode mode) {
        return mode == ViewMode.EXPLODE ? "order_id, revision, items" : "order_id, customer_id, total, revision";
    }

    /** The type of JSON. */
    String json();

    /** The options of the driver for the connection that fills the staging table. */
    List<String> driverOptions();

    /** Statements that make every write of a table of records write the view. */
    List<String> triggers(ViewMode mode, String records, String view);

    /**
     * Statements that bring the view up to date with the rows of {@link #STAGED}.
     *
     * @param records the table of the records, which has the state before; used by {@link ViewMode#AGGREGATE} alone, whose
     *     statements bring it up to date too
     */
    List<String> transfer(ViewMode mode, String records, String view);

    /** A statement that creates {@link #STAGED} for the session, with these columns. */
    String createStaged(String definitions);

    /** Writes rows into {@link #STAGED}, with the columns of {@link #columns}. */
    void stage(Connection connection, ViewMode mode, List<Purchase> purchases) throws SQLException, IOException;
}
