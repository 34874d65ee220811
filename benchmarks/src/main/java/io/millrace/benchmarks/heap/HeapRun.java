package io.millrace.benchmarks.heap;

import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.LedgerProgress;
import io.millrace.benchmarks.harness.ViewDatabase;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A sink writes a backlog into an empty view, in a worker of its own with a heap of a given size. */
final class HeapRun {
    private static final Duration TIME_LOCKED = Duration.ofSeconds(25);
    private static final long POLL_MS = 100;

    private final Installation installation;
    private final KafkaBroker broker;
    private final ViewDatabase database;
    private final Path directory;
    private int runs;

    HeapRun(Installation installation, KafkaBroker broker, ViewDatabase database, Path directory) {
        this.installation = installation;
        this.broker = broker;
        this.database = database;
        this.directory = directory;
    }

    /**
     * Plays a scenario whose backlog is in its topic.
     *
     * @return why the heap is too small; empty if it is not
     * @throws IllegalStateException if all records are written and a row is wrong
     */
    Optional<String> play(HeapScenario scenario, int mebibytes) throws SQLException, InterruptedException {
        runs++;
        String name = scenario.label() + "_" + runs;
        execute("CREATE TABLE " + name + " (" + scenario.definitions(database) + ")");
        database.settle();
        try (BenchmarkWorker worker = new BenchmarkWorker(
                installation, broker, directory.resolve(name), List.of(), Map.of(), Map.of(), jvmOptions(mebibytes))) {
            worker.postConnector(name, sinkOptions(scenario, name));
            try (LedgerProgress progress = new LedgerProgress(database, worker, name, scenario.label())) {
                if (scenario.locksView()) {
                    lockView(worker, progress, name, scenario.records());
                }
                progress.awaitRecords(scenario.records());
            }
        } catch (IOException | IllegalStateException | ServerFailedException | ConnectRestException e) {
            execute("DROP TABLE " + name);
            return Optional.of(
                    String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        scenario.expectedContent().requireIn(database, name, scenario.columns());
        return Optional.empty();
    }

    /** The collector is that of Kafka's own scripts. */
    private static List<String> jvmOptions(int mebibytes) {
        return List.of(
                "-Xmx" + mebibytes + "m",
                "-XX:+UseG1GC",
                "-XX:MaxGCPauseMillis=20",
                "-XX:InitiatingHeapOccupancyPercent=35",
                "-XX:+ExitOnOutOfMemoryError");
    }

    private Map<String, String> sinkOptions(HeapScenario scenario, String table) {
        Map<String, String> options = new TreeMap<>(Map.of(
                "connector.class",
                "io.millrace.connectors.projection.ProjectionSinkConnector",
                "kafka.bootstrap.servers",
                broker.bootstrapServers(),
                "connection.url",
                database.url(),
                "connection.user",
                ViewDatabase.USER,
                "connection.password",
                ViewDatabase.PASSWORD,
                "consumer.override.isolation.level",
                "read_committed",
                "topics",
                scenario.label(),
                "tasks.max",
                "1",
                "projections",
                "view",
                "projection.view.table",
                table));
        for (String side : List.of("key.converter", "value.converter")) {
            options.put(side, "io.millrace.converters.StreamingJsonConverter");
            options.put(side + ".schemas.enable", "false");
        }
        options.putAll(scenario.options());
        return options;
    }

    /** Keeps the sink out of its view for long enough to read as much ahead as it does. */
    private void lockView(BenchmarkWorker worker, LedgerProgress progress, String table, int records)
            throws SQLException, InterruptedException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(database.lock(table));
            long written = progress.countWritten();
            if (written >= records) {
                throw new AssertionError("All of " + records + " records were written before the view was locked");
            }
            long end = System.nanoTime() + TIME_LOCKED.toNanos();
            while (worker.isAlive() && System.nanoTime() < end) {
                Thread.sleep(POLL_MS);
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
