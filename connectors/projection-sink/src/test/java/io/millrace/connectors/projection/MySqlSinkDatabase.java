package io.millrace.connectors.projection;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.ServerDirectories;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** MySQL, with a mode of its own that would cut values, and reads backslashes and quotes in another way. */
final class MySqlSinkDatabase implements SinkDatabase {
    private static final Map<String, String> LAX = Map.of("sql_mode", "ANSI_QUOTES,NO_BACKSLASH_ESCAPES");

    private final MySqlServer server;

    MySqlSinkDatabase(String name) throws SQLException {
        server = MySqlServer.start(Installation.locate(), ServerDirectories.newDirectory(name), LAX);
        try (Connection root = server.connectAsRoot();
                Statement statement = root.createStatement()) {
            statement.execute("CREATE DATABASE views");
            statement.execute("CREATE USER '" + USER + "'@'%' IDENTIFIED BY 'projector''s'");
            statement.execute("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, TRIGGER ON views.* TO '"
                    + USER + "'@'%'");
        }
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

    @Override
    public Connection connect() throws SQLException {
        Connection root = server.connectAsRoot();
        try (Statement statement = root.createStatement()) {
            statement.execute("USE views");
            statement.execute("SET sql_mode = ''");
        }
        return root;
    }

    @Override
    public String quote(String identifier) {
        return "`" + identifier.replace("`", "``") + "`";
    }

    @Override
    public String place() {
        return "views";
    }

    @Override
    public void changePassword(String password) throws SQLException {
        execute("ALTER USER '" + USER + "'@'%' IDENTIFIED BY '" + password.replace("'", "''") + "'");
    }

    @Override
    public String text(int length) {
        return "VARCHAR(" + length + ") COLLATE utf8mb4_0900_bin";
    }

    @Override
    public String moment(int digits) {
        return "DATETIME(" + digits + ")";
    }

    @Override
    public String looseText() {
        return "VARCHAR(20) COLLATE utf8mb4_0900_ai_ci";
    }

    @Override
    public void createPlace(String name) throws SQLException {
        execute("CREATE DATABASE IF NOT EXISTS " + quote(name));
        execute("GRANT SELECT, INSERT, UPDATE, DELETE ON " + quote(name) + ".* TO '" + USER + "'@'%'");
    }

    @Override
    public void createUnsafe(String table) throws SQLException {
        execute("CREATE TABLE " + table + " (id BIGINT PRIMARY KEY) ENGINE = MyISAM");
    }

    @Override
    public void forbidAlter(String table) throws SQLException {
        execute("REVOKE ALTER ON views.* FROM '" + USER + "'@'%'");
    }

    @Override
    public void permitAlter(String table) throws SQLException {
        execute("GRANT ALTER ON views.* TO '" + USER + "'@'%'");
    }

    @Override
    public void cutOffSessions() throws SQLException {
        for (List<String> session : rows("SELECT id FROM information_schema.processlist WHERE user = '" + USER + "'")) {
            try {
                execute("KILL " + session.get(0));
            } catch (SQLException e) {
                // No such thread: it went by itself.
                if (e.getErrorCode() != 1094) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void readOnly(boolean readOnly) throws SQLException {
        execute("SET GLOBAL read_only = " + (readOnly ? "ON" : "OFF"));
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

    /** The time of creation has seconds. */
    @Override
    public void awaitNextGeneration() {
        try {
            Thread.sleep(1_100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
