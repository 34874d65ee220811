package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Discrepancy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * What was done to the views, as the server itself wrote it down in the transactions that did it. A row's revisions must
 * grow: one that comes again is an event that took effect twice, though the row may look right afterwards.
 */
final class Effects {
    /** Rows of {@code view_name, row_key, revision}, in the order of {@code seq}. */
    static final String TABLE = "effects";

    private final Guarantee guarantee;
    private final Map<String, Long> last = new HashMap<>();
    private long count;

    Effects(Guarantee guarantee) {
        this.guarantee = guarantee;
    }

    /** How many effects were read in all. */
    long count() {
        return count;
    }

    /**
     * Reads and removes what was written since the last call.
     *
     * @param effective whether the event of this revision may have an effect
     */
    List<Discrepancy> check(ViewServer server, LongPredicate effective) throws SQLException {
        List<Discrepancy> problems = new ArrayList<>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            server.awaitWriters(connection);
            try (ResultSet rows = statement.executeQuery(
                    "SELECT view_name, row_key, revision FROM " + TABLE + " ORDER BY seq FOR UPDATE")) {
                while (rows.next()) {
                    check(rows.getString(1) + " " + rows.getString(2), rows.getLong(3), effective, problems);
                }
            }
            statement.executeUpdate("DELETE FROM " + TABLE);
            connection.commit();
        }
        return problems;
    }

    /** Removes what was written, and forgets the rows' revisions: the rows have been written anew. */
    void forget(ViewServer server) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM " + TABLE);
        }
        last.clear();
    }

    private void check(String row, long revision, LongPredicate effective, List<Discrepancy> problems) {
        count++;
        Long before = last.get(row);
        if (!effective.test(revision)) {
            problems.add(new Discrepancy(
                    Discrepancy.Kind.DUPLICATED,
                    row + ": revision " + revision + " is of an aborted transaction or a dropped event"));
        } else if (before != null && revision == before && !guarantee.repeatsEffects()) {
            problems.add(new Discrepancy(
                    Discrepancy.Kind.DUPLICATED, row + ": revision " + revision + " took effect again"));
        } else if (before != null && revision < before) {
            problems.add(new Discrepancy(
                    Discrepancy.Kind.REGRESSED, row + ": revision " + revision + " took effect after " + before));
        }
        last.put(row, revision);
    }
}
