package io.millrace.client.context.jdbc;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.ServerDirectories;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A MySQL server with the databases {@code shop} and {@code archive}, a user for the service, and a log of what arrives. */
final class ShopDatabase implements AutoCloseable {
    static final String USER = "service";

    private static final String TABLE =
            ".t (n BIGINT AUTO_INCREMENT PRIMARY KEY, id BIGINT, text VARCHAR(200), at DATETIME(3))";

    private final MySqlServer server;

    private ShopDatabase(MySqlServer server) {
        this.server = server;
    }

    static ShopDatabase start(String name) throws SQLException {
        ShopDatabase shop = new ShopDatabase(MySqlServer.start(
                Installation.locate(),
                ServerDirectories.newDirectory(name),
                Map.of("log_output", "TABLE", "general_log", "ON")));
        shop.executeAsRoot(
                "CREATE DATABASE shop",
                "CREATE DATABASE archive",
                "CREATE TABLE shop" + TABLE,
                "CREATE TABLE archive" + TABLE,
                "CREATE PROCEDURE shop.p(IN a BIGINT, OUT b BIGINT, INOUT c VARCHAR(20))"
                        + " BEGIN SET b = a + 1; SET c = CONCAT(c, '!'); END",
                "CREATE FUNCTION shop.f(a BIGINT) RETURNS BIGINT DETERMINISTIC RETURN a + 1",
                "CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + USER + "'",
                "GRANT ALL ON shop.* TO '" + USER + "'@'%'",
                "GRANT ALL ON archive.* TO '" + USER + "'@'%'");
        return shop;
    }

    /** Empties the tables and the log. */
    void clear() throws SQLException {
        executeAsRoot("TRUNCATE shop.t", "TRUNCATE archive.t", "TRUNCATE mysql.general_log");
    }

    String jdbcUrl() {
        return server.jdbcUrl("shop");
    }

    /** A connection that comments, with further options of the driver. */
    Connection connect(String options) throws SQLException {
        return DriverManager.getConnection(jdbcUrl().replace("jdbc:", ContextDriver.PREFIX) + options, login());
    }

    /** A connection of the driver itself. */
    Connection connectPlainly(String options) throws SQLException {
        return DriverManager.getConnection(jdbcUrl() + options, login());
    }

    Connection connectAsRoot() throws SQLException {
        return server.connectAsRoot();
    }

    /** The statements of the service, without those that the driver sends itself. */
    List<String> statements() throws SQLException {
        List<String> statements = new ArrayList<>();
        try (Connection root = server.connectAsRoot();
                Statement sql = root.createStatement();
                ResultSet log = sql.executeQuery("SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log"
                        + " WHERE command_type IN ('Query', 'Execute', 'Prepare') AND user_host LIKE '" + USER
                        + "%' ORDER BY event_time")) {
            while (log.next()) {
                statements.add(log.getString(1));
            }
        }
        statements.removeIf(
                text -> text.matches("(?is)(/\\* mysql-connector.*|SET .*|SHOW .*|SELECT @.*|COMMIT|ROLLBACK"
                        + "|.*(information_schema|ROUTINE_NAME).*)"));
        return statements;
    }

    /** The statements that contain this word, with their parameters. */
    List<String> executed(String verb) throws SQLException {
        return statements().stream()
                .filter(text -> text.contains(verb + " ") && !text.contains("?"))
                .toList();
    }

    /** The first column of each row. */
    List<String> read(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection root = server.connectAsRoot();
                Statement statement = root.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    @Override
    public void close() {
        server.close();
    }

    private static Properties login() {
        Properties login = new Properties();
        login.setProperty("user", USER);
        login.setProperty("password", USER);
        return login;
    }

    private void executeAsRoot(String... texts) throws SQLException {
        try (Connection root = server.connectAsRoot();
                Statement sql = root.createStatement()) {
            for (String text : texts) {
                sql.execute(text);
            }
        }
    }
}
