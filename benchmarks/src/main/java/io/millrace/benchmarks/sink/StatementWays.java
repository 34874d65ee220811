package io.millrace.benchmarks.sink;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;

/** Ways to write rows that every database has. */
final class StatementWays {
    private static final String VALUES = "(?, ?, ?, ?)";

    private StatementWays() {}

    /** One statement with a row of parameters for each row. */
    static Ceiling.Way multiRow(String table, String conflict) {
        return (connection, rows) -> {
            String sql = insert(table) + String.join(",", Collections.nCopies(rows.size(), VALUES)) + conflict;
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int parameter = 1;
                for (Order row : rows) {
                    parameter = setParameters(statement, parameter, row);
                }
                statement.executeUpdate();
            }
        };
    }

    /** A statement of one row, as a batch of the driver's. */
    static Ceiling.Way driverBatch(String table, String conflict) {
        return (connection, rows) -> {
            try (PreparedStatement statement = connection.prepareStatement(insert(table) + VALUES + conflict)) {
                for (Order row : rows) {
                    setParameters(statement, 1, row);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        };
    }

    /** The rows as lines of text, tabs between the columns: what LOAD DATA and COPY read. */
    static byte[] textLines(List<Order> rows) {
        StringBuilder text = new StringBuilder(rows.size() * 48);
        for (Order row : rows) {
            text.append(row.id())
                    .append('\t')
                    .append(row.customer())
                    .append('\t')
                    .append(row.total().toPlainString())
                    .append('\t')
                    .append(row.revision())
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    static void executeSql(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String insert(String table) {
        return "INSERT INTO " + table + " (" + Order.COLUMNS + ") VALUES ";
    }

    private static int setParameters(PreparedStatement statement, int from, Order row) throws SQLException {
        statement.setLong(from, row.id());
        statement.setString(from + 1, row.customer());
        statement.setBigDecimal(from + 2, row.total());
        statement.setLong(from + 3, row.revision());
        return from + 4;
    }
}
