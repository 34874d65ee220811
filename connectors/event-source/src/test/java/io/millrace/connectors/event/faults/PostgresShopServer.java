package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The shop's PostgreSQL server, which sends the changes of a publication through a replication slot. */
final class PostgresShopServer implements ShopServer {
    /** Of the shipped configuration. */
    static final String SLOT = "shop";

    private static final Map<String, String> SETTINGS = Map.of(
            "wal_level",
            "logical",
            "max_prepared_transactions",
            "10",
            // A reader that is suspended is missed after this time, and not after a minute.
            "wal_sender_timeout",
            "4s");

    /** Tables whose rules read the row before a change. The log has only the keys of former rows of others. */
    private static final Set<String> IDENTIFIED_BY_KEY = Set.of("sites", "bins", "fences");

    private final PostgresServer server;

    private PostgresShopServer(PostgresServer server) {
        this.server = server;
    }

    /** Starts the server in the directory, with the database of the shop and the user of the source. */
    static PostgresShopServer start(Installation installation, Path directory) throws SQLException {
        PostgresServer server = PostgresServer.start(installation, directory.resolve("postgres"), SETTINGS);
        try {
            PostgresShopServer shop = new PostgresShopServer(server);
            try (Connection connection = server.connectAsSuperuser("postgres");
                    Statement sql = connection.createStatement()) {
                sql.execute("CREATE DATABASE " + ShopTable.DATABASE);
                sql.execute("CREATE USER " + USER + " REPLICATION PASSWORD '" + PASSWORD + "'");
            }
            shop.execute(List.of(
                    "CREATE SCHEMA " + ShopTable.DATABASE,
                    "GRANT USAGE ON SCHEMA " + ShopTable.DATABASE + " TO " + USER,
                    "ALTER DEFAULT PRIVILEGES IN SCHEMA " + ShopTable.DATABASE + " GRANT SELECT ON TABLES TO " + USER,
                    PostgresShopSql.ENUM));
            return shop;
        } catch (SQLException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public PostgresServer process() {
        return server;
    }

    @Override
    public ShopSql sql() {
        return new PostgresShopSql();
    }

    @Override
    public Connection connectAsOwner() throws SQLException {
        return server.connectAsSuperuser(ShopTable.DATABASE);
    }

    @Override
    public Connection connectToShop() throws SQLException {
        Connection connection = connectAsOwner();
        try (Statement sql = connection.createStatement()) {
            // A backslash in a literal is written twice, as in MySQL.
            sql.execute("SET standard_conforming_strings = off");
            sql.execute("SET escape_string_warning = off");
        }
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    public void createTables(List<ShopTable> captured, String signals, List<String> others) throws SQLException {
        List<String> statements =
                new ArrayList<>(captured.stream().map(ShopTable::definition).toList());
        statements.addAll(others);
        captured.stream()
                .filter(table -> !IDENTIFIED_BY_KEY.contains(table.name()))
                .forEach(table -> statements.add(identify(table, "FULL")));
        statements.add("GRANT INSERT, UPDATE, DELETE ON " + signals + " TO " + USER);
        statements.add(createPublication(captured, signals));
        execute(statements);
    }

    /** The statement that defines what the log has of the table's former rows. */
    static String identify(ShopTable table, String identity) {
        return "ALTER TABLE " + table.fullName() + " REPLICA IDENTITY " + identity;
    }

    /** The statement that creates the publication of the source. */
    static String createPublication(List<ShopTable> captured, String signals) {
        return captured.stream()
                .map(ShopTable::fullName)
                .collect(Collectors.joining(
                        ", ", "CREATE PUBLICATION " + PostgresShopSql.PUBLICATION + " FOR TABLE ", ", " + signals));
    }

    @Override
    public String connectorFile() {
        return "postgresql/10-shop-source.json";
    }

    @Override
    public Map<String, String> connectorOptions(String kafkaBootstrapServers) {
        return Map.of(
                "database.hostname",
                "127.0.0.1",
                "database.port",
                String.valueOf(server.port()),
                // The slot of a reader that died is free when the server has missed the reader.
                "slot.retry.delay.ms",
                "1000");
    }

    @Override
    public boolean isRead() {
        try {
            return querySlot("active").equals("t");
        } catch (SQLException e) {
            return false;
        }
    }

    /** A column of the slot, as a text. */
    String querySlot(String column) throws SQLException {
        return queryText("SELECT " + column + " FROM pg_replication_slots WHERE slot_name = '" + SLOT + "'");
    }

    /** The end of the log, as a number. */
    @Override
    public String position() throws SQLException {
        return queryText("SELECT pg_current_wal_lsn() - '0/0'");
    }

    @Override
    public boolean hasReached(JsonNode offset, String position) {
        return offset.path("lsn").asLong() >= Long.parseLong(position);
    }

    @Override
    public String unavailable() {
        return "org.postgresql.util.PSQLException";
    }

    @Override
    public void close() {
        server.close();
    }
}
