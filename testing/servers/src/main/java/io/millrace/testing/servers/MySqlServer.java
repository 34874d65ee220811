package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MySQL server as a child process on a loopback port, with small caches, UTC, GTIDs, and a binlog of full rows and
 * statements. Its data remain in its directory; every start generates a new password of root, which no file contains
 * afterwards.
 */
public final class MySqlServer extends LoopbackServer {
    private static final Logger LOG = LoggerFactory.getLogger(MySqlServer.class);
    private static final String NAME = "mysqld";
    private static final Duration TIME_TO_START = Duration.ofSeconds(90);
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("binlog_format", "ROW"),
            Map.entry("binlog_row_image", "FULL"),
            Map.entry("binlog_rows_query_log_events", "ON"),
            Map.entry("default_time_zone", "+00:00"),
            Map.entry("enforce_gtid_consistency", "ON"),
            Map.entry("event_scheduler", "OFF"),
            Map.entry("gtid_mode", "ON"),
            Map.entry("innodb_buffer_pool_size", "64M"),
            Map.entry("innodb_log_buffer_size", "4M"),
            Map.entry("key_buffer_size", "1M"),
            Map.entry("max_connections", "100"),
            Map.entry("performance_schema", "OFF"),
            Map.entry("server_id", "1"),
            Map.entry("table_open_cache", "200"));

    private final Installation installation;
    private final Path directory;
    private final Map<String, String> options;
    private final Map<String, String> environment;
    private final String rootPassword = RandomText.ofBytes(16);
    private Path rootUser;

    private MySqlServer(Installation installation, Path directory, Map<String, String> options) {
        this.installation = installation;
        this.directory = directory.toAbsolutePath().normalize();
        this.options = new LinkedHashMap<>(DEFAULTS);
        this.options.putAll(options);
        this.environment = NativeLibraries.of(installation).environmentOf(mysqld());
    }

    /**
     * Starts a server whose data are in this directory, which is made and initialised if it is new. Returns when the
     * server answers.
     *
     * @param options mysqld's options without their dashes, over the ones that this class sets
     * @throws ServerFailedException if the server does not start; the message has the end of its log
     */
    public static MySqlServer start(Installation installation, Path directory, Map<String, String> options) {
        MySqlServer server = new MySqlServer(installation, directory, options);
        server.initialise();
        server.startOnFreePort(server.directory);
        return server;
    }

    /** Gives mysqld an option another value, which holds from the next {@link #restart} on. */
    public void option(String name, String value) {
        options.put(name, value);
    }

    public String jdbcUrl(String database) {
        return "jdbc:mysql://127.0.0.1:" + port() + "/" + database
                + "?allowPublicKeyRetrieval=true&sslMode=PREFERRED&connectionTimeZone=UTC";
    }

    /** A new connection, to be closed by the caller. The database may be empty. */
    public Connection connect(String database, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    /** A new connection that may do everything. */
    public Connection connectAsRoot() throws SQLException {
        return connect("", "root", rootPassword);
    }

    /** The server would wait some ten seconds for readers that are gone but have not been missed yet. */
    private void endBinlogReaders() {
        try (Connection connection = connectAsRoot();
                Statement statement = connection.createStatement()) {
            List<Long> readers = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(
                    "SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'")) {
                while (rows.next()) {
                    readers.add(rows.getLong(1));
                }
            }
            for (long reader : readers) {
                statement.execute("KILL " + reader);
            }
        } catch (SQLException e) {
            // The server is stopped either way; without this it only takes longer.
            LOG.debug("The readers of the binlog could not be ended", e);
        }
    }

    private Path mysqld() {
        return installation.mysql().resolve("bin/mysqld");
    }

    private Path data() {
        return directory.resolve("data");
    }

    /** Keeps a copy of the data. Called while the server does not run. */
    public void saveData() {
        new DataCopy(data()).saveData();
    }

    /** Goes back to the data that {@link #saveData} kept. Called while the server does not run. */
    public void restoreData() {
        new DataCopy(data()).restoreData();
    }

    private void initialise() {
        new PidFile(directory.resolve(NAME + PidFile.SUFFIX)).endLeftover();
        if (Files.exists(data().resolve("mysql.ibd")) && Files.exists(directory.resolve("initialised"))) {
            return;
        }
        try {
            Directories.deleteAll(data());
            Files.createDirectories(directory);
            Directories.copyAll(initialData(), data());
            Files.writeString(directory.resolve("initialised"), "");
        } catch (IOException e) {
            throw new UncheckedIOException("MySQL could not be initialised in " + directory, e);
        }
    }

    /** The data of a server that was never started, which this installation makes once, because that takes seconds. */
    private Path initialData() throws IOException {
        Path made = installation.initialMySqlData(
                Files.getLastModifiedTime(mysqld()).toMillis());
        return InstallationLock.holdWhile(
                installation.root(), () -> Files.exists(made) ? made : Files.move(makeInitialData(), made));
    }

    private Path makeInitialData() throws IOException {
        Path making = installation.root().resolve("new-mysql-data");
        Directories.deleteAll(making);
        List<String> command = command(making);
        command.add("--initialize-insecure");
        // The smallest one; a server that starts with these data makes it as large as it needs.
        command.add("--innodb-redo-log-capacity=8388608");
        CommandOutput output = CommandOutput.of(directory, environment, command.toArray(String[]::new));
        if (output.status() != 0) {
            throw new ServerFailedException("MySQL could not be initialised in " + making + ": " + output.text());
        }
        // The server's identity, which each server makes for itself.
        Files.deleteIfExists(making.resolve("auto.cnf"));
        return making;
    }

    private List<String> command(Path data) {
        List<String> command = new ArrayList<>(List.of(
                mysqld().toString(),
                // No option file of the machine's own server is read.
                "--no-defaults",
                "--basedir=" + installation.mysql(),
                "--datadir=" + data));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--user=root");
        }
        return command;
    }

    @Override
    ChildProcess launch() {
        rootUser = writeRootUser();
        List<String> command = command(data());
        command.addAll(List.of(
                "--port=" + port(),
                "--bind-address=127.0.0.1",
                "--mysqlx=OFF",
                "--skip-name-resolve",
                // Relative to the data directory: the system takes a socket's path only up to about 100 characters.
                "--socket=mysqld.sock",
                "--pid-file=" + data().resolve("mysqld.id"),
                "--init-file=" + rootUser));
        options.forEach((name, value) -> command.add("--" + name + "=" + value));
        ChildProcess child = ChildProcess.start(NAME, directory, command, environment);
        child.beforeClose(this::endBinlogReaders);
        return child;
    }

    @Override
    Duration timeToStart() {
        return TIME_TO_START;
    }

    @Override
    void afterStart() {
        Directories.deleteAll(rootUser);
    }

    private Path writeRootUser() {
        String statements = """
            SET sql_log_bin = 0;
            CREATE USER IF NOT EXISTS 'root'@'127.0.0.1';
            GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
            ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '%1$s';
            ALTER USER 'root'@'localhost' IDENTIFIED BY '%1$s';
            """.formatted(rootPassword);
        try {
            Path file = directory.resolve("root-user.sql");
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, statements);
        } catch (IOException e) {
            throw new UncheckedIOException("The root user's file could not be written in " + directory, e);
        }
    }

    @Override
    boolean answers() {
        try (Connection connection = connectAsRoot()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }
}
