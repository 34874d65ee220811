package io.millrace.connectors.projection.faults;

import io.millrace.testing.servers.LoopbackServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;

/** What is the same of every {@link ViewServer}: it is a child process, and is asked in SQL. */
abstract class ServerOfViews implements ViewServer {
    static final String DATABASE = "views";
    static final String USER = "projector";
    static final String PASSWORD = "campaign";

    private final LoopbackServer server;

    ServerOfViews(LoopbackServer server) {
        this.server = server;
    }

    @Override
    public final boolean isAlive() {
        return server.isAlive();
    }

    @Override
    public final void kill() {
        server.kill();
    }

    @Override
    public final void restart() {
        server.restart();
    }

    @Override
    public final void suspend() {
        server.suspend();
    }

    @Override
    public final void resume() {
        server.resume();
    }

    @Override
    public final void close() {
        server.close();
    }

    final void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The numbers in the first column. */
    final Set<Long> ids(String query) throws SQLException {
        Set<Long> ids = new TreeSet<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                ids.add(rows.getLong(1));
            }
        }
        return ids;
    }
}
