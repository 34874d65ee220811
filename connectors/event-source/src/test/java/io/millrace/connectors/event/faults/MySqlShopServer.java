package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The shop's MySQL server, and its replica, which can take its place. */
final class MySqlShopServer implements ShopServer {
    private static final Duration TIME_TO_FOLLOW = Duration.ofMinutes(1);

    /** Rows events are so small that a statement has several. */
    private static final String ROW_EVENT_BYTES = "512";

    private volatile MySqlServer primary;
    private volatile MySqlServer replica;

    private MySqlShopServer(MySqlServer primary, MySqlServer replica) {
        this.primary = primary;
        this.replica = replica;
    }

    /** Starts both servers in the directory, with the database of the shop and the user of the source. */
    static MySqlShopServer start(Installation installation, Path directory) throws SQLException, InterruptedException {
        MySqlServer first = MySqlServer.start(installation, directory.resolve("mysql-1"), options("1"));
        try {
            MySqlServer second = MySqlServer.start(installation, directory.resolve("mysql-2"), options("2"));
            MySqlShopServer servers = new MySqlShopServer(first, second);
            servers.begin();
            return servers;
        } catch (RuntimeException | SQLException e) {
            first.close();
            throw e;
        }
    }

    private static Map<String, String> options(String serverId) {
        return Map.of("server_id", serverId, "binlog_row_event_max_size", ROW_EVENT_BYTES);
    }

    private void begin() throws SQLException, InterruptedException {
        try (Connection connection = replica.connectAsRoot();
                Statement sql = connection.createStatement()) {
            // The replica's files are others.
            for (int file = 0; file < 3; file++) {
                sql.execute("FLUSH LOCAL BINARY LOGS");
            }
        }
        try (Connection connection = primary.connectAsRoot();
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE DATABASE " + ShopTable.DATABASE + " COLLATE utf8mb4_0900_bin");
            sql.execute("CREATE USER 'replica'@'%' IDENTIFIED BY 'replica'");
            sql.execute("GRANT REPLICATION SLAVE ON *.* TO 'replica'@'%'");
            sql.execute("CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "'");
            sql.execute("GRANT SELECT ON " + ShopTable.DATABASE + ".* TO '" + USER + "'@'%'");
            sql.execute("GRANT FLUSH_TABLES, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO '" + USER + "'@'%'");
        }
        followPrimary();
    }

    @Override
    public MySqlServer process() {
        return primary;
    }

    @Override
    public ShopSql sql() {
        return new MySqlShopSql();
    }

    @Override
    public Connection connectAsOwner() throws SQLException {
        return primary.connectAsRoot();
    }

    @Override
    public Connection connectToShop() throws SQLException {
        Connection connection = primary.connectAsRoot();
        connection.setCatalog(ShopTable.DATABASE);
        connection.setAutoCommit(false);
        return connection;
    }

    @Override
    public void createTables(List<ShopTable> captured, String signals, List<String> others) throws SQLException {
        execute(captured.stream().map(ShopTable::definition).toList());
        execute(others);
        execute(List.of("GRANT INSERT, UPDATE, DELETE ON " + signals + " TO '" + USER + "'@'%'"));
    }

    @Override
    public String connectorFile() {
        return "10-shop-source.json";
    }

    @Override
    public Map<String, String> connectorOptions(String kafkaBootstrapServers) {
        return Map.of(
                "database.hostname",
                "127.0.0.1",
                "database.port",
                String.valueOf(primary.port()),
                "schema.history.internal.kafka.bootstrap.servers",
                kafkaBootstrapServers,
                "bigint.unsigned.handling.mode",
                "precise",
                // A server that died is missed after this time, twice at most, and not after a minute.
                "connect.keep.alive.interval.ms",
                "2000");
    }

    @Override
    public boolean isRead() {
        try {
            return !queryText("SELECT COUNT(*) FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'"
                            + " AND user = '" + USER + "'")
                    .equals("0");
        } catch (SQLException e) {
            return false;
        }
    }

    /** The executed GTIDs. */
    @Override
    public String position() throws SQLException {
        return queryText("SELECT @@GLOBAL.gtid_executed").replaceAll("\\s", "");
    }

    @Override
    public boolean hasReached(JsonNode offset, String position) throws SQLException {
        return queryText("SELECT GTID_SUBSET('" + position + "', '"
                        + offset.path("gtids").asText() + "')")
                .equals("1");
    }

    @Override
    public String unavailable() {
        return "Communications link failure";
    }

    /** Makes the replica follow the primary. */
    void followPrimary() throws SQLException {
        try (Connection connection = replica.connectAsRoot();
                Statement sql = connection.createStatement()) {
            sql.execute("CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = " + primary.port()
                    + ", SOURCE_USER = 'replica', SOURCE_PASSWORD = 'replica', SOURCE_AUTO_POSITION = 1,"
                    + " SOURCE_CONNECT_RETRY = 1, SOURCE_RETRY_COUNT = 86400, GET_SOURCE_PUBLIC_KEY = 1");
            sql.execute("START REPLICA");
        }
    }

    /** Waits until the replica has all transactions of the primary. The shop writes nothing meanwhile. */
    void awaitReplica() throws SQLException, InterruptedException {
        String executed = position();
        MySqlServer follower = replica;
        AwaitedCondition.requireWithin(TIME_TO_FOLLOW, "the replica", () -> {
            try (Connection connection = follower.connectAsRoot()) {
                return ShopServer.queryText(
                                connection, "SELECT GTID_SUBSET('" + executed + "', @@GLOBAL.gtid_executed)")
                        .equals("1");
            }
        });
    }

    /**
     * The primary dies, and the replica takes its place. The shop writes nothing meanwhile, and the replica has received everything
     * before.
     */
    void failOver() throws SQLException, InterruptedException {
        awaitReplica();
        primary.kill();
        MySqlServer promoted = replica;
        try (Connection connection = promoted.connectAsRoot();
                Statement sql = connection.createStatement()) {
            sql.execute("STOP REPLICA");
            sql.execute("RESET REPLICA ALL");
        }
        replica = primary;
        primary = promoted;
    }

    /** The server that was the primary before the failover comes back as the replica. */
    void restoreReplica() throws SQLException {
        replica.restart();
        followPrimary();
    }

    /** Begins a new binlog, and removes all others from the primary. */
    void purgeBinlogs() throws SQLException, InterruptedException {
        awaitReplica();
        execute(List.of("FLUSH BINARY LOGS"));
        String newest = "";
        try (Connection connection = primary.connectAsRoot();
                Statement sql = connection.createStatement();
                ResultSet logs = sql.executeQuery("SHOW BINARY LOGS")) {
            while (logs.next()) {
                newest = logs.getString(1);
            }
        }
        execute(List.of("PURGE BINARY LOGS TO '" + newest + "'"));
    }

    @Override
    public void close() {
        replica.close();
        primary.close();
    }
}
