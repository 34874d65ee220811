package io.millrace.connectors.event.faults;

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

/** The shop's MySQL server, and its replica, which can take its place. One thread at a time changes them; any may ask for them. */
final class Databases implements AutoCloseable {
    static final String USER = "debezium";
    static final String PASSWORD = "debezium";

    private static final Duration TIME_TO_FOLLOW = Duration.ofMinutes(1);

    /** Rows events are so small that a statement has several. */
    private static final String ROW_EVENT_BYTES = "512";

    private volatile MySqlServer primary;
    private volatile MySqlServer replica;

    private Databases(MySqlServer primary, MySqlServer replica) {
        this.primary = primary;
        this.replica = replica;
    }

    /** Starts both servers in the directory, with the database of the shop and the user of the source. */
    static Databases start(Installation installation, Path directory) throws SQLException, InterruptedException {
        MySqlServer first = MySqlServer.start(installation, directory.resolve("mysql-1"), options("1"));
        try {
            MySqlServer second = MySqlServer.start(installation, directory.resolve("mysql-2"), options("2"));
            Databases databases = new Databases(first, second);
            databases.begin();
            return databases;
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

    /** The server to which the shop writes, and which the source reads. */
    MySqlServer primary() {
        return primary;
    }

    /** A connection of the shop's service, without automatic commits. */
    Connection connectToShop() throws SQLException {
        Connection connection = primary.connectAsRoot();
        connection.setCatalog(ShopTable.DATABASE);
        connection.setAutoCommit(false);
        return connection;
    }

    /** Executes statements on the primary, one by one. */
    void execute(List<String> statements) throws SQLException {
        try (Connection connection = primary.connectAsRoot();
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }

    /** The first column of the first row of a query on the primary. */
    String queryText(String query) throws SQLException {
        return queryText(primary, query);
    }

    /** Whether a source reads the primary's binlog; not if the primary is unavailable. */
    boolean isRead() {
        try {
            return !queryText("SELECT COUNT(*) FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'"
                            + " AND user = '" + USER + "'")
                    .equals("0");
        } catch (SQLException e) {
            return false;
        }
    }

    private static String queryText(MySqlServer server, String query) throws SQLException {
        try (Connection connection = server.connectAsRoot();
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    /** The transactions that the primary has executed. */
    String executedGtids() throws SQLException {
        return queryText("SELECT @@GLOBAL.gtid_executed").replaceAll("\\s", "");
    }

    /** Whether all transactions of the one set are in the other one. */
    boolean containsGtids(String all, String some) throws SQLException {
        return queryText("SELECT GTID_SUBSET('" + some + "', '" + all + "')").equals("1");
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
        String executed = executedGtids();
        MySqlServer follower = replica;
        AwaitedCondition.requireWithin(TIME_TO_FOLLOW, "the replica", () -> queryText(
                        follower, "SELECT GTID_SUBSET('" + executed + "', @@GLOBAL.gtid_executed)")
                .equals("1"));
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
