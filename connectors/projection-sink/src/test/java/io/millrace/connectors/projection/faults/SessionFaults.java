package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Fault;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

/** What happens to single sessions of the sink on the views' server. */
final class SessionFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("connection-cut", Set.of(Part.VIEWS), SessionFaults::cut),
            new Fault<>("rows-locked", Set.of(Part.VIEWS), SessionFaults::lock),
            new Fault<>("deadlock", Set.of(Part.VIEWS), SessionFaults::deadlock));

    private SessionFaults() {}

    private static String cut(Scene scene) throws Exception {
        Set<Long> sessions = scene.server().sinkSessions();
        for (long session : sessions) {
            scene.server().endSession(session);
        }
        return sessions.size() + " sessions";
    }

    /** For a moment, or until the sink gives up waiting. */
    private static String lock(Scene scene) throws Exception {
        boolean untilTimeout = scene.random().nextInt(4) == 0;
        Set<Long> sessions = scene.sinkSessions();
        try (Connection holder = scene.server().connect();
                Statement statement = holder.createStatement()) {
            lockOrders(scene.server(), holder, statement);
            scene.until(
                    "the sink to wait for rows",
                    () -> !scene.server().waitingSinkSessions().isEmpty());
            if (untilTimeout) {
                String kept = scene.awaitASessionGivenUp(sessions);
                return kept.isEmpty() ? "until the sink gave up" : kept;
            }
        }
        return "until the sink waited";
    }

    /** Has the view's rows, which the sink waits for, and then wants the ledger's, which the sink has. */
    private static String deadlock(Scene scene) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try (Connection holder = scene.server().connect();
                    Statement statement = holder.createStatement()) {
                lockOrders(scene.server(), holder, statement);
                scene.server().makeHeavy(holder);
                scene.until(
                        "the sink to wait for rows",
                        () -> !scene.server().waitingSinkSessions().isEmpty());
                statement.execute("SELECT * FROM millrace_ledger FOR UPDATE");
                holder.rollback();
                return "the sink's transaction was rolled back";
            } catch (SQLException e) {
                if (!scene.server().wasRolledBack(e)) {
                    throw e;
                }
                if (attempt == 3) {
                    return "the other transaction was rolled back";
                }
            }
        }
    }

    /** Locks every row of the view and the gaps between them, until the connection is closed. */
    static void lockOrders(ViewServer server, Connection holder, Statement statement) throws SQLException {
        lockRows(server, holder, statement, OrdersView.NAME);
    }

    /** The same of any table whose key is {@code id}. */
    static void lockRows(ViewServer server, Connection holder, Statement statement, String table) throws SQLException {
        holder.setAutoCommit(false);
        while (true) {
            try {
                statement
                        .executeQuery("SELECT id FROM " + table + " FOR UPDATE")
                        .close();
                return;
            } catch (SQLException e) {
                if (!server.wasRolledBack(e)) {
                    throw e;
                }
                // The sink locks rows in another order, and was the heavier one.
                holder.rollback();
            }
        }
    }
}
