package io.millrace.benchmarks.harness;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The content of a table.
 *
 * @param rows the number of rows
 * @param checksum the sum of each row's CRC-32, of its columns as text with {@code |} between them
 */
public record TableContent(long rows, long checksum) {
    /** The current rows of a table of the database, in these columns. */
    public static TableContent of(ViewDatabase database, String table, String columns) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT COUNT(*), COALESCE(" + database.checksum(columns) + ", 0) FROM " + table)) {
            row.next();
            return new TableContent(row.getLong(1), row.getLong(2));
        }
    }

    /** The content of these rows, each its columns as text with {@code |} between them. */
    public static TableContent ofRows(Stream<String> rows) {
        return rows.map(row -> new TableContent(1, checksumOf(row)))
                .reduce(
                        new TableContent(0, 0),
                        (sum, row) -> new TableContent(sum.rows + row.rows, sum.checksum + row.checksum));
    }

    /** The checksum of a row, of its columns as text with {@code |} between them. */
    public static long checksumOf(String row) {
        CRC32 crc = new CRC32();
        crc.update(row.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    /**
     * Compares a table with what it should hold, and drops it.
     *
     * @throws IllegalStateException if it holds anything else
     */
    public void requireIn(ViewDatabase database, String table, String columns) throws SQLException {
        TableContent found = of(database, table, columns);
        if (!found.equals(this)) {
            throw new IllegalStateException(table + " holds " + found + " and not " + this);
        }
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE " + table);
        }
    }
}
