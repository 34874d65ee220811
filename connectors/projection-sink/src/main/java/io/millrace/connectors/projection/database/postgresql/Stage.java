package io.millrace.connectors.projection.database.postgresql;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.table.Column;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * A temporary table that rows are copied into, from where one statement writes them: the quickest way into a table that has
 * some of them already. Its rows are gone with the transaction. For one thread.
 *
 * <p>The format is that of {@code COPY} in text: https://www.postgresql.org/docs/current/sql-copy.html
 */
final class Stage {
    private final Database database;
    private Connection asked;
    private boolean permitted;
    private long copies;

    Stage(Database database) {
        this.database = database;
    }

    /** Whether the user may create temporary tables. */
    boolean isPermitted() throws SQLException {
        Connection connection = database.current();
        if (connection != asked) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMP')")) {
                row.next();
                permitted = row.getBoolean(1);
            }
            asked = connection;
        }
        return permitted;
    }

    /**
     * Copies rows into the table, which is created where it is missing.
     *
     * @param table the table's name
     * @param columns the columns of the rows
     * @param values the value of a row and a column, as it is written in text; null for null
     * @return what tells these rows from others of the transaction
     */
    <R> long copy(String table, List<Column> columns, List<R> rows, List<Function<R, Object>> values)
            throws SQLException {
        long copy = ++copies;
        try (Statement statement = database.current().createStatement()) {
            statement.execute(PostgresSql.createStage(table, columns));
        }
        CopyIn target =
                database.current().unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + table + " FROM STDIN");
        try {
            byte[] data = encode(copy, rows, values);
            target.writeToCopy(data, 0, data.length);
            target.endCopy();
        } finally {
            if (target.isActive()) {
                target.cancelCopy();
            }
        }
        return copy;
    }

    private static <R> byte[] encode(long copy, List<R> rows, List<Function<R, Object>> values) {
        ByteArrayOutputStream data = new ByteArrayOutputStream(rows.size() * 64);
        byte[] number = Long.toString(copy).getBytes(StandardCharsets.US_ASCII);
        for (R row : rows) {
            data.writeBytes(number);
            for (Function<R, Object> value : values) {
                data.write('\t');
                write(data, value.apply(row));
            }
            data.write('\n');
        }
        return data.toByteArray();
    }

    private static void write(ByteArrayOutputStream data, Object value) {
        if (value == null) {
            data.write('\\');
            data.write('N');
        } else if (value instanceof byte[] bytes) {
            data.writeBytes("\\\\x".getBytes(StandardCharsets.US_ASCII));
            data.writeBytes(HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII));
        } else if (value instanceof Number || value instanceof Boolean) {
            data.writeBytes(value.toString().getBytes(StandardCharsets.US_ASCII));
        } else {
            for (byte b : value.toString().getBytes(StandardCharsets.UTF_8)) {
                switch (b) {
                    case '\\' -> escape(data, '\\');
                    case '\t' -> escape(data, 't');
                    case '\n' -> escape(data, 'n');
                    case '\r' -> escape(data, 'r');
                    default -> data.write(b);
                }
            }
        }
    }

    private static void escape(ByteArrayOutputStream data, char letter) {
        data.write('\\');
        data.write(letter);
    }
}
