package io.millrace.connectors.projection.faults;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The views in PostgreSQL, whose files cannot be limited, so that its disk is never full. */
final class PostgresViewServer extends ServerOfViews {
    private static final String DEADLOCK = "40P01";
    private static final Map<String, String> OPTIONS = Map.of("max_connections", "200", "deadlock_timeout", "200ms");

    private final PostgresServer server;

    private PostgresViewServer(PostgresServer server) {
        super(server);
        this.server = server;
    }

    static PostgresViewServer start(Installation installation, Path directory) throws SQLException {
        PostgresServer server = PostgresServer.start(installation, directory, OPTIONS);
        try (Connection superuser = server.connectAsSuperuser("postgres");
                Statement statement = superuser.createStatement()) {
            statement.execute("CREATE ROLE " + USER + " LOGIN PASSWORD '" + PASSWORD + "'");
            statement.execute("CREATE DATABASE " + DATABASE);
        }
        PostgresViewServer views = new PostgresViewServer(server);
        views.execute("GRANT USAGE, CREATE ON SCHEMA public TO " + USER);
        views.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO " + USER);
        views.execute("CREATE TABLE " + Effects.TABLE
                + " (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, view_name VARCHAR(64) NOT NULL,"
                + " row_key VARCHAR(255) NOT NULL, revision BIGINT NOT NULL)");
        return views;
    }

    @Override
    public Map<String, String> connectionOptions() {
        return Map.of(
                "connection.url", server.jdbcUrl(DATABASE), "connection.user", USER, "connection.password", PASSWORD);
    }

    /** A session that writes whatever the server's default is. */
    @Override
    public Connection connect() throws SQLException {
        Connection connection = server.connectAsSuperuser(DATABASE);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET default_transaction_read_only = off");
        }
        return connection;
    }

    @Override
    public void recordEffects(ViewModel view) throws SQLException {
        String key = view.key().stream().map(column -> "NEW." + column).collect(Collectors.joining(", '/', "));
        execute("CREATE OR REPLACE FUNCTION record_" + view.name()
                + "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "
                + Effects.TABLE + " (view_name, row_key, revision) VALUES ('" + view.name() + "', CONCAT(" + key
                + "), NEW." + ViewModel.REVISION + "); RETURN NULL; END $$");
        execute("CREATE TRIGGER record_effects AFTER INSERT OR UPDATE ON " + view.name()
                + " FOR EACH ROW EXECUTE FUNCTION record_" + view.name() + "()");
    }

    @Override
    public void ignoreEffects(ViewModel view) throws SQLException {
        execute("DROP TRIGGER IF EXISTS record_effects ON " + view.name());
    }

    @Override
    public void handOverViews(List<ViewModel> views) throws SQLException {
        for (ViewModel view : views) {
            execute("ALTER TABLE " + view.name() + " OWNER TO " + USER);
        }
    }

    @Override
    public void awaitWriters(Connection transaction) throws SQLException {
        try (Statement statement = transaction.createStatement()) {
            statement.execute("LOCK TABLE " + Effects.TABLE + " IN EXCLUSIVE MODE");
        }
    }

    @Override
    public Set<Long> sinkSessions() throws SQLException {
        return sessions("true");
    }

    @Override
    public void endSession(long id) throws SQLException {
        execute("SELECT pg_terminate_backend(" + id + ")");
    }

    @Override
    public Set<Long> waitingSinkSessions() throws SQLException {
        return sessions("wait_event_type = 'Lock'");
    }

    @Override
    public Set<Long> idleSinkTransactions() throws SQLException {
        return sessions("state = 'idle in transaction' AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid"
                + " AND l.mode = 'RowExclusiveLock')");
    }

    @Override
    public void readOnly(boolean on) throws SQLException {
        execute("ALTER SYSTEM SET default_transaction_read_only = " + (on ? "on" : "off"));
        execute("SELECT pg_reload_conf()");
    }

    @Override
    public boolean canFillDisk() {
        return false;
    }

    @Override
    public void fillDisk() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void freeDisk() {
        throw new UnsupportedOperationException();
    }

    /** The server ends whoever notices the deadlock, whatever it weighs. */
    @Override
    public void makeHeavy(Connection transaction) {}

    @Override
    public void tidyUp() {
        // The server reuses the files of its log.
    }

    @Override
    public void saveData() {
        server.saveData();
    }

    @Override
    public void restoreData() {
        server.restoreData();
    }

    @Override
    public boolean wasRolledBack(SQLException e) {
        return DEADLOCK.equals(e.getSQLState());
    }

    private Set<Long> sessions(String condition) throws SQLException {
        return ids("SELECT pid FROM pg_stat_activity a WHERE usename = '" + USER + "' AND " + condition);
    }
}
