package io.millrace.benchmarks.sink;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;

/** Ways to write rows that every database has. */
final class StatementWays {
    private static final int MOST_PARAMETERS = 65_535;

    private StatementWays() {}

    /** Whether a statement with so many rows has no more parameters than the protocols of both databases can count. */
    static boolean isPreparable(int rows, OrderShape shape) {
        return rows * shape.columns().size() <= MOST_PARAMETERS;
    }

    /** One statement with a row of parameters for each row. */
    static Ceiling.Way multiRow(String table, OrderShape shape, String conflict) {
        String insert = insert(table, shape);
        String row = parameters(shape);
        return (connection, rows) -> {
            String sql = insert + String.join(",", Collections.nCopies(rows.size(), row)) + conflict;
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int parameter = 1;
                for (Order order : rows) {
                    parameter = setParameters(statement, parameter, order);
                }
                statement.executeUpdate();
            }
        };
    }

    /** A statement of one row, as a batch of the driver's. */
    static Ceiling.Way driverBatch(String table, OrderShape shape, String conflict) {
        String sql = insert(table, shape) + parameters(shape) + conflict;
        return (connection, rows) -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
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
            text.append(String.join("\t", row.texts())).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    static void executeSql(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String insert(String table, OrderShape shape) {
        return "INSERT INTO " + table + " (" + shape.names() + ") VALUES ";
    }

    private static String parameters(OrderShape shape) {
        return "(" + OrderShape.join(shape.columns(), column -> "?", ", ") + ")";
    }

    private static int setParameters(PreparedStatement statement, int from, Order row) throws SQLException {
        int parameter = from;
        for (Object value : row.values()) {
            if (value instanceof Long number) {
                statement.setLong(parameter++, number);
            } else if (value instanceof String text) {
                statement.setString(parameter++, text);
            } else {
                statement.setBigDecimal(parameter++, (BigDecimal) value);
            }
        }
        return parameter;
    }
}
