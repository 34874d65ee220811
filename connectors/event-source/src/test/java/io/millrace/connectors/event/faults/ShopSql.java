package io.millrace.connectors.event.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The statements of the shop that are different on each kind of server. */
interface ShopSql {
    /**
     * Executes a statement of a transaction with a request's context, in a way that services of this database use.
     *
     * @param context the context to attach
     * @param former the context of the transaction's statement before
     * @return the context that the changes of the statement have
     */
    Map<String, String> execute(
            Connection connection,
            String statement,
            Map<String, String> context,
            Map<String, String> former,
            Random random)
            throws SQLException;

    /** A statement that inserts many rows of numbers and texts at once. */
    String insertMany(String table, List<String> columns, List<List<Cell>> rows);

    /** Whether a transaction may truncate a table and contain other changes. */
    boolean truncatesInTransactions();

    /** Columns of all types, whose values the source has to read. */
    List<TypedColumn> typedColumns();

    /** Types, with defaults, of columns that come and go. */
    List<String> columnTypes();

    /** The clause of {@code ALTER TABLE} that adds a column. */
    String addColumn(String column, String type, Random random);

    /** The clause of {@code ALTER TABLE} that gives a column the type, which may be the one that it has. */
    String changeColumn(String column, String type, Random random);

    /** The clause of {@code ALTER TABLE} after which the table's rows are written again, with the same values. */
    String rewriteColumn(String column, Random random);

    /** The statements that create an empty copy of a table. */
    List<String> createCopy(String table, String copy);

    /** The statements that replace a table by its copy, which has the rows. */
    List<String> replaceByCopy(String table, String copy);
}
