package io.millrace.connectors.projection.faults;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The views in MySQL, all of them in one tablespace of a limited size. */
final class MySqlViewServer extends ServerOfViews {
    private static final int NO_SUCH_SESSION = 1094;
    private static final int TABLE_FULL = 1114;
    private static final int[] BALLAST_BYTES = {1 << 20, 1 << 17, 1 << 14};
    private static final int HEAVY_ROWS = 20_000;
    /** The server shows what it showed last to whoever reads its list of transactions again sooner than after 0.1 s. */
    private static final int TRANSACTIONS_CACHED_MS = 150;

    private static final List<String> CHANGES = List.of("INSERT", "UPDATE");
    private static final String TABLESPACE = "innodb_data_file_path";
    private static final int MEBIBYTES = 64;

    private final MySqlServer server;
    private int mebibytes = MEBIBYTES;

    private MySqlViewServer(MySqlServer server) {
        super(server);
        this.server = server;
    }

    static MySqlViewServer start(Installation installation, Path directory) throws SQLException {
        Map<String, String> options =
                Map.of("innodb_file_per_table", "OFF", TABLESPACE, tablespace(MEBIBYTES), "max_connections", "200");
        MySqlServer server = MySqlServer.start(installation, directory, options);
        try (Connection root = server.connectAsRoot();
                Statement statement = root.createStatement()) {
            statement.execute("CREATE DATABASE " + DATABASE + " COLLATE utf8mb4_0900_bin");
            statement.execute("CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "'");
            statement.execute("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, TRIGGER ON " + DATABASE
                    + ".* TO '" + USER + "'@'%'");
            statement.execute("CREATE TABLE " + DATABASE + ".heavy (n INT PRIMARY KEY)");
            statement.execute("CREATE TABLE " + DATABASE + "." + Effects.TABLE
                    + " (seq BIGINT AUTO_INCREMENT PRIMARY KEY, view_name VARCHAR(64) NOT NULL,"
                    + " row_key VARCHAR(255) NOT NULL, revision BIGINT NOT NULL)");
        }
        return new MySqlViewServer(server);
    }

    @Override
    public Map<String, String> connectionOptions() {
        return Map.of(
                "connection.url", server.jdbcUrl(DATABASE), "connection.user", USER, "connection.password", PASSWORD);
    }

    @Override
    public Connection connect() throws SQLException {
        Connection root = server.connectAsRoot();
        root.setCatalog(DATABASE);
        return root;
    }

    @Override
    public void recordEffects(ViewModel view) throws SQLException {
        String key = view.key().stream().map(column -> "NEW." + column).collect(Collectors.joining(", '/', "));
        for (String change : CHANGES) {
            execute("CREATE TRIGGER " + view.name() + "_" + change + " AFTER " + change + " ON " + view.name()
                    + " FOR EACH ROW INSERT INTO " + Effects.TABLE + " (view_name, row_key, revision) VALUES ('"
                    + view.name() + "', CONCAT(" + key + "), NEW." + ViewModel.REVISION + ")");
        }
    }

    @Override
    public void ignoreEffects(ViewModel view) throws SQLException {
        for (String change : CHANGES) {
            execute("DROP TRIGGER IF EXISTS " + view.name() + "_" + change);
        }
    }

    /** Privileges are of the database. */
    @Override
    public void handOverViews(List<ViewModel> views) {}

    /** Reading rows for update waits for whoever writes beside them. */
    @Override
    public void awaitWriters(Connection transaction) {}

    @Override
    public Set<Long> sinkSessions() throws SQLException {
        return ids("SELECT id FROM information_schema.processlist WHERE user = '" + USER + "'");
    }

    @Override
    public void endSession(long id) throws SQLException {
        try {
            execute("KILL " + id);
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_SUCH_SESSION) {
                throw e;
            }
        }
    }

    @Override
    public Set<Long> waitingSinkSessions() throws SQLException {
        return sinkTransactions("t.trx_state = 'LOCK WAIT'");
    }

    @Override
    public Set<Long> idleSinkTransactions() throws SQLException {
        return sinkTransactions("p.command = 'Sleep' AND t.trx_rows_locked > 0");
    }

    private Set<Long> sinkTransactions(String condition) throws SQLException {
        try {
            TimeUnit.MILLISECONDS.sleep(TRANSACTIONS_CACHED_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("Interrupted before the transactions were read", e);
        }
        return ids("SELECT p.id FROM information_schema.innodb_trx t"
                + " JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id"
                + " WHERE p.user = '" + USER + "' AND " + condition);
    }

    @Override
    public void readOnly(boolean on) throws SQLException {
        execute("SET GLOBAL super_read_only = " + (on ? "ON" : "OFF"));
        if (!on) {
            execute("SET GLOBAL read_only = OFF");
        }
    }

    @Override
    public boolean canFillDisk() {
        return true;
    }

    @Override
    public void fillDisk() throws SQLException {
        execute("CREATE TABLE IF NOT EXISTS ballast (n INT AUTO_INCREMENT PRIMARY KEY, weight LONGBLOB)");
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO ballast (weight) VALUES (?)")) {
            statement.execute("SET sql_log_bin = OFF");
            for (int size : BALLAST_BYTES) {
                insert.setBytes(1, new byte[size]);
                insertUntilFull(insert);
            }
        }
    }

    private static void insertUntilFull(PreparedStatement insert) throws SQLException {
        while (true) {
            try {
                insert.executeUpdate();
            } catch (SQLException e) {
                if (e.getErrorCode() == TABLE_FULL) {
                    return;
                }
                throw e;
            }
        }
    }

    private static String tablespace(int mebibytes) {
        return "ibdata1:12M:autoextend:max:" + mebibytes + "M";
    }

    /** InnoDB ends the whole server where a rollback needs a page and finds none, and again when it recovers. */
    @Override
    public void freeDisk() throws SQLException {
        if (!server.isAlive()) {
            mebibytes += MEBIBYTES;
            server.option(TABLESPACE, tablespace(mebibytes));
            server.restart();
        }
        execute("DROP TABLE IF EXISTS ballast");
    }

    @Override
    public void makeHeavy(Connection transaction) throws SQLException {
        try (Statement statement = transaction.createStatement()) {
            statement.execute("SET SESSION cte_max_recursion_depth = " + HEAVY_ROWS);
            statement.execute("INSERT INTO heavy WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1"
                    + " FROM numbers WHERE n < " + HEAVY_ROWS + ") SELECT n FROM numbers");
        }
    }

    @Override
    public void tidyUp() throws SQLException {
        execute("FLUSH BINARY LOGS");
        execute("PURGE BINARY LOGS BEFORE NOW()");
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
        return e instanceof SQLTransactionRollbackException;
    }
}
