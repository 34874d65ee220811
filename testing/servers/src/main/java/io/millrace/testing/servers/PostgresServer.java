package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A PostgreSQL server as a child process on a loopback port, with small caches, UTC, UTF-8, and passwords for everybody. Its
 * data outlive it in its directory, and so does the superuser's password, in a file that only its owner can read. Where
 * this process is root's, the server runs as {@code nobody}, who must be able to enter the directory.
 */
public final class PostgresServer extends LoopbackServer {
    private static final String NAME = "postgres";
    private static final String SUPERUSER = "postgres";
    private static final Duration TIME_TO_START = Duration.ofSeconds(90);
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("listen_addresses", "127.0.0.1"),
            Map.entry("unix_socket_directories", ""),
            Map.entry("max_connections", "100"),
            Map.entry("shared_buffers", "64MB"),
            Map.entry("timezone", "UTC"),
            Map.entry("log_timezone", "UTC"));

    private final Installation installation;
    private final Path directory;
    private final Map<String, String> options;
    private final ServerUser user;
    private String password;

    private PostgresServer(Installation installation, Path directory, Map<String, String> options) {
        this.installation = installation;
        this.directory = directory.toAbsolutePath().normalize();
        this.options = new LinkedHashMap<>(DEFAULTS);
        this.options.putAll(options);
        this.user = ServerUser.of(program("postgres"));
    }

    /**
     * Starts a server whose data are in this directory, which is made and initialised if it is new. Returns when the
     * server answers.
     *
     * @param options PostgreSQL's settings, over the ones that this class sets
     * @throws ServerFailedException if the server does not start; the message has the end of its log
     */
    public static PostgresServer start(Installation installation, Path directory, Map<String, String> options) {
        PostgresServer server = new PostgresServer(installation, directory, options);
        server.initialise();
        server.startOnFreePort(server.directory);
        return server;
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    /** A new connection, to be closed by the caller. */
    public Connection connect(String database, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    /** A new connection to the database that may do everything; {@code postgres} is a database that every server has. */
    public Connection connectAsSuperuser(String database) throws SQLException {
        return connect(database, SUPERUSER, password);
    }

    private Path program(String name) {
        return installation.postgresql().resolve("bin").resolve(name);
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
        Path passwordFile = directory.resolve("superuser-password");
        Path initialised = directory.resolve("initialised");
        try {
            if (!Files.exists(initialised)) {
                Directories.deleteAll(data());
                Files.createDirectories(data());
                Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("rwx------"));
                user.own(data());
                Files.deleteIfExists(passwordFile);
                Files.createFile(
                        passwordFile,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(passwordFile, RandomText.ofBytes(16));
                user.own(passwordFile);
                initialise(passwordFile);
                Files.writeString(initialised, "");
            }
            password = Files.readString(passwordFile);
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL could not be initialised in " + directory, e);
        }
    }

    private void initialise(Path passwordFile) {
        CommandOutput output = CommandOutput.of(
                data(),
                Map.of(),
                user.command(List.of(
                        program("initdb").toString(),
                        "--pgdata=" + data(),
                        "--username=" + SUPERUSER,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-instructions")));
        if (output.status() != 0) {
            throw new ServerFailedException(
                    "PostgreSQL could not be initialised in " + directory + ": " + output.text());
        }
    }

    @Override
    ChildProcess launch() {
        List<String> command =
                new ArrayList<>(List.of(program("postgres").toString(), "-D", data().toString(), "-p", "" + port()));
        options.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        ChildProcess child = ChildProcess.start(NAME, directory, List.of(user.command(command)), Map.of());
        child.beforeClose(() -> endSessions(child));
        return child;
    }

    /** On SIGTERM the server would wait for its clients to leave. */
    private void endSessions(ChildProcess child) {
        CommandOutput.of(directory, Map.of(), "/bin/sh", "-c", "kill -INT " + child.pid());
    }

    @Override
    Duration timeToStart() {
        return TIME_TO_START;
    }

    @Override
    boolean answers() {
        try (Connection connection = connectAsSuperuser("postgres")) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }
}
