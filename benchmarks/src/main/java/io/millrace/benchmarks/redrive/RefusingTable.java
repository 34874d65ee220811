package io.millrace.benchmarks.redrive;

import io.millrace.benchmarks.harness.ViewDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** A table in MySQL that refuses some events until it is mended, and numbers its rows in the order in which they are written. */
final class RefusingTable {
    private final ViewDatabase database;
    private final String name;

    RefusingTable(ViewDatabase database, String name) throws SQLException {
        this.database = database;
        this.name = name;
        execute("CREATE TABLE " + name
                + " (partition_id INT NOT NULL, record_offset BIGINT NOT NULL, id BIGINT NOT NULL, seq BIGINT NOT NULL,"
                + " fits BIGINT NOT NULL, written BIGINT NOT NULL AUTO_INCREMENT, PRIMARY KEY (partition_id, record_offset),"
                + " UNIQUE (written), CONSTRAINT " + name + "_fits CHECK (fits = 1))");
    }

    /** Lets it refuse nothing any more. */
    void mend() throws SQLException {
        execute("ALTER TABLE " + name + " DROP CHECK " + name + "_fits");
    }

    long count() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + name)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** How many rows were written after the row of a later event of their key. */
    long countViolations() throws SQLException {
        long violations = 0;
        Map<Long, Long> last = new HashMap<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, seq FROM " + name + " ORDER BY written")) {
            while (row.next()) {
                long latest = last.merge(row.getLong(1), row.getLong(2), Math::max);
                violations += latest > row.getLong(2) ? 1 : 0;
            }
        }
        return violations;
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
