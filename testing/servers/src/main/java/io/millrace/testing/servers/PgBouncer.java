package io.millrace.testing.servers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * PgBouncer as a child process on a loopback port, in front of a database of a {@link PostgresServer}. It pools
 * transactions: each may have another session of the server. It is not part of the {@link Installation}, but used if
 * the machine has it.
 */
public final class PgBouncer extends LoopbackServer {
    private static final String NAME = "pgbouncer";
    private static final Duration TIME_TO_START = Duration.ofSeconds(20);

    private final Path program;
    private final Path directory;
    private final String database;
    private final PostgresServer server;
    private final Map<String, String> passwords;
    private final Map<String, String> options = new LinkedHashMap<>();
    private final ServerUser user;

    private PgBouncer(
            Path program, Path directory, PostgresServer server, String database, Map<String, String> passwords) {
        this.program = program;
        this.directory = directory.toAbsolutePath().normalize();
        this.server = server;
        this.database = database;
        this.passwords = Map.copyOf(passwords);
        this.user = ServerUser.of(program);
    }

    /** The program, if the machine has it. */
    public static Optional<Path> findProgram() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, NAME))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts a pooler in a directory that is new. Returns when it answers.
     *
     * @param passwords of the users that may connect, who have the same passwords at the server
     * @param options PgBouncer's settings, over the ones that this class sets
     * @throws ServerFailedException if it does not start; the message has the end of its log
     */
    public static PgBouncer start(
            Path program,
            Path directory,
            PostgresServer server,
            String database,
            Map<String, String> passwords,
            Map<String, String> options) {
        PgBouncer pooler = new PgBouncer(program, directory, server, database, passwords);
        pooler.options.putAll(options);
        pooler.startOnFreePort(directory);
        return pooler;
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    @Override
    void prepare() {
        Map<String, String> settings = new LinkedHashMap<>(Map.of(
                "listen_addr",
                "127.0.0.1",
                "listen_port",
                "" + port(),
                "unix_socket_dir",
                "",
                "auth_type",
                "scram-sha-256",
                "auth_file",
                directory.resolve("users").toString(),
                "pool_mode",
                "transaction"));
        settings.putAll(options);
        List<String> lines = new ArrayList<>();
        lines.add("[databases]");
        lines.add(database + " = host=127.0.0.1 port=" + server.port() + " dbname=" + database);
        lines.add("[pgbouncer]");
        settings.forEach((name, value) -> lines.add(name + " = " + value));
        write("settings", lines);
        write(
                "users",
                passwords.entrySet().stream()
                        .map(login -> quote(login.getKey()) + " " + quote(login.getValue()))
                        .toList());
    }

    private static String quote(String text) {
        return "\"" + text.replace("\"", "\"\"") + "\"";
    }

    private void write(String name, List<String> lines) {
        Path file = directory.resolve(name);
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " could not be written", e);
        }
        user.own(file);
    }

    @Override
    ChildProcess launch() {
        List<String> command =
                List.of(program.toString(), directory.resolve("settings").toString());
        return ChildProcess.start(NAME, directory, List.of(user.command(command)), Map.of());
    }

    @Override
    Duration timeToStart() {
        return TIME_TO_START;
    }

    /** It listens once it has read its settings. */
    @Override
    boolean answers() {
        return true;
    }
}
