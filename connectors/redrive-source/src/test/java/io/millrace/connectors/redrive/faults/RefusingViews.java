package io.millrace.connectors.redrive.faults;

import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.servers.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The views of the sink: each event, the last one of each key, and their number. The database gives a number to each event that is written, in which
 * the order of writing shows. A constraint refuses some events of a round until it is mended.
 */
final class RefusingViews {
    private final MySqlServer server;
    private boolean refuses;

    RefusingViews(MySqlServer server) throws SQLException {
        this.server = server;
        execute(
                "CREATE DATABASE views",
                "CREATE USER projector IDENTIFIED BY 'views'",
                "GRANT ALL ON views.* TO projector",
                "CREATE TABLE views.history (partition_id INT, record_offset BIGINT, id BIGINT NOT NULL, seq BIGINT NOT"
                        + " NULL, fits BIGINT NOT NULL, written BIGINT NOT NULL AUTO_INCREMENT, PRIMARY KEY"
                        + " (partition_id, record_offset), UNIQUE (written))",
                "CREATE TABLE views.latest (id BIGINT PRIMARY KEY, seq BIGINT NOT NULL)",
                "CREATE TABLE views.totals (id BIGINT PRIMARY KEY, events BIGINT NOT NULL)");
    }

    private void execute(String... statements) throws SQLException {
        try (Connection root = server.connectAsRoot();
                Statement sql = root.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }

    /** Refuses the events of a round that do not fit. */
    void refuse(long round) throws SQLException {
        if (!refuses) {
            execute("ALTER TABLE views.history ADD CONSTRAINT events_fit CHECK (fits <> " + round + ")");
            refuses = true;
        }
    }

    /** Refuses nothing. */
    void mend() throws SQLException {
        if (refuses) {
            execute("ALTER TABLE views.history DROP CHECK events_fit");
            refuses = false;
        }
    }

    /** How many records are held. */
    long held() throws SQLException {
        return queryNumber("SELECT COUNT(*) FROM views.millrace_held");
    }

    /** The next offset of a partition in the ledger. */
    long position(String topic, int partition) throws SQLException {
        return queryNumber("SELECT COALESCE(MAX(next_offset), 0) FROM views.millrace_ledger WHERE topic = '" + topic
                + "' AND partition_id = " + partition);
    }

    private long queryNumber(String query) throws SQLException {
        try (Connection root = server.connectAsRoot();
                Statement sql = root.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Compares every row with the events. */
    List<Discrepancy> compare(List<SentEvent> events) throws SQLException {
        List<Discrepancy> found = new ArrayList<>();
        try (Connection root = server.connectAsRoot();
                Statement sql = root.createStatement()) {
            compareHistory(sql, events, found);
            Map<Long, Long> last = new HashMap<>();
            Map<Long, Long> count = new HashMap<>();
            events.forEach(event -> {
                last.merge((long) event.key(), event.number(), Math::max);
                count.merge((long) event.key(), 1L, Long::sum);
            });
            compareNumbers(sql, "SELECT id, seq FROM views.latest", last, Discrepancy.Kind.OUT_OF_ORDER, found);
            compareNumbers(sql, "SELECT id, events FROM views.totals", count, Discrepancy.Kind.DUPLICATED, found);
        }
        return found;
    }

    private static void compareHistory(Statement sql, List<SentEvent> events, List<Discrepancy> found)
            throws SQLException {
        Map<String, SentEvent> expected = new HashMap<>();
        events.forEach(event -> expected.put(event.partition() + "@" + event.offset(), event));
        Set<String> read = new HashSet<>();
        Map<Integer, Long> last = new HashMap<>();
        try (ResultSet row =
                sql.executeQuery("SELECT partition_id, record_offset, id, seq FROM views.history ORDER BY written")) {
            while (row.next()) {
                String place = row.getInt(1) + "@" + row.getLong(2);
                read.add(place);
                SentEvent event = expected.get(place);
                if (event == null || event.key() != row.getInt(3) || event.number() != row.getLong(4)) {
                    found.add(new Discrepancy(
                            Discrepancy.Kind.DUPLICATED, "expected " + event + ", found another row of " + place));
                    continue;
                }
                Long before = last.put(event.key(), event.number());
                if (before != null && before > event.number()) {
                    found.add(new Discrepancy(
                            Discrepancy.Kind.OUT_OF_ORDER, "expected " + event + " to be written before " + before));
                }
            }
        }
        expected.forEach((place, event) -> {
            if (!read.contains(place)) {
                found.add(new Discrepancy(Discrepancy.Kind.LOST, "expected a row of " + event));
            }
        });
    }

    private static void compareNumbers(
            Statement sql, String query, Map<Long, Long> expected, Discrepancy.Kind kind, List<Discrepancy> found)
            throws SQLException {
        Map<Long, Long> rows = new HashMap<>();
        try (ResultSet row = sql.executeQuery(query)) {
            while (row.next()) {
                rows.put(row.getLong(1), row.getLong(2));
            }
        }
        expected.forEach((id, number) -> {
            Long other = rows.remove(id);
            if (other == null) {
                found.add(new Discrepancy(Discrepancy.Kind.LOST, query + ": expected a row of " + id));
            } else if (!other.equals(number)) {
                found.add(new Discrepancy(kind, query + ": expected " + number + " of " + id + ", found " + other));
            }
        });
        rows.keySet()
                .forEach(id ->
                        found.add(new Discrepancy(Discrepancy.Kind.DUPLICATED, query + ": expected no row of " + id)));
    }
}
