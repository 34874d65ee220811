package io.millrace.connectors.projection;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.PgBouncer;
import io.millrace.testing.servers.PostgresServer;
import io.millrace.testing.servers.ServerDirectories;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;

/** PostgreSQL, whose sessions begin in another time zone and with settings that the sink must not rely on. */
final class PostgresSinkDatabase implements SinkDatabase {
    private static final Map<String, String> LAX = Map.of(
            "timezone", "America/St_Johns",
            "datestyle", "SQL, DMY",
            "intervalstyle", "sql_standard",
            "default_transaction_isolation", "serializable",
            "log_statement", "all");

    private final PostgresServer server;

    PostgresSinkDatabase(String name) throws SQLException {
        server = PostgresServer.start(Installation.locate(), ServerDirectories.newDirectory(name), LAX);
        try (Connection superuser = server.connectAsSuperuser("postgres");
                Statement statement = superuser.createStatement()) {
            statement.execute("CREATE ROLE " + USER + " LOGIN PASSWORD 'projector''s'");
            statement.execute("CREATE DATABASE views");
        }
        execute("CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)");
        execute("GRANT USAGE, CREATE ON SCHEMA public TO " + USER);
        execute("ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO " + USER);
    }

    @Override
    public Map<String, String> connection() {
        return Map.of(
                "connection.url",
                server.jdbcUrl("views"),
                "connection.user",
                USER,
                "connection.password",
                PASSWORD,
                // There is no Kafka beside these tasks.
                "topic.identity",
                "unchecked",
                "consumer.override.isolation.level",
                "read_committed");
    }

    /** A pooler in front of it, with one session for all clients, if the machine has one. */
    Optional<PgBouncer> startPooler(String name) {
        return PgBouncer.findProgram()
                .map(program -> PgBouncer.start(
                        program,
                        ServerDirectories.newDirectory(name),
                        server,
                        "views",
                        Map.of(USER, PASSWORD),
                        Map.of("default_pool_size", "1")));
    }

    @Override
    public Connection connect() throws SQLException {
        Connection superuser = server.connectAsSuperuser("views");
        try (Statement statement = superuser.createStatement()) {
            statement.execute("SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'iso_8601'");
        }
        return superuser;
    }

    @Override
    public String quote(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    @Override
    public String place() {
        return "public";
    }

    @Override
    public void changePassword(String password) throws SQLException {
        execute("ALTER ROLE " + USER + " PASSWORD '" + password.replace("'", "''") + "'");
    }

    @Override
    public String text(int length) {
        return "varchar(" + length + ")";
    }

    @Override
    public String moment(int digits) {
        return "timestamp(" + digits + ")";
    }

    @Override
    public String looseText() {
        return "varchar(20) COLLATE loose";
    }

    @Override
    public void createPlace(String name) throws SQLException {
        execute("CREATE SCHEMA IF NOT EXISTS " + quote(name));
        execute("GRANT USAGE ON SCHEMA " + quote(name) + " TO " + USER);
    }

    @Override
    public void createUnsafe(String table) throws SQLException {
        execute("CREATE UNLOGGED TABLE " + table + " (id BIGINT PRIMARY KEY)");
    }

    @Override
    public void giveAway(String table) throws SQLException {
        execute("ALTER TABLE " + table + " OWNER TO " + USER);
    }

    @Override
    public void forbidAlter(String table) throws SQLException {
        execute("ALTER TABLE " + table + " OWNER TO CURRENT_USER");
        execute("GRANT SELECT, INSERT, UPDATE, DELETE ON " + table + " TO " + USER);
    }

    @Override
    public void permitAlter(String table) throws SQLException {
        giveAway(table);
    }

    @Override
    public void cutOffSessions() throws SQLException {
        rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + USER + "'");
    }

    @Override
    public void readOnly(boolean readOnly) throws SQLException {
        execute("ALTER ROLE " + USER + " SET default_transaction_read_only = " + (readOnly ? "on" : "off"));
        cutOffSessions();
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public void restart() {
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }
}
