package io.millrace.benchmarks.source;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.ProcessUsage;
import io.millrace.benchmarks.harness.RecordFormat;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.SchemaRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.connect.storage.Converter;

/**
 * Has each contender catch up with the same binlog from the position that it had before the changes, in turns and each time in
 * a new worker.
 */
final class SourceBenchmark implements AutoCloseable {
    /** The part of the changes that warms the worker up. */
    private static final double WARM_UP = 0.4;

    private static final long MILLIS_FOR_UPDATE = 5000;
    private static final long POLL_MS = 200;
    private static final int TRIES = 60;

    private final Installation installation = Installation.locate();
    private final BenchmarkArguments arguments;
    private final Path directory;
    private final boolean avro;
    private final int rows;
    private final SourceFigures figures = new SourceFigures();
    private final KafkaBroker broker;
    private final SchemaRegistry registry;
    private final RecordFormat format;
    private final Converter values;
    private final List<Path> pluginPath;
    private final BinlogDatabase database;

    private SourceBenchmark(Path directory, BenchmarkArguments arguments) throws SQLException, IOException {
        this.directory = directory;
        this.arguments = arguments;
        this.avro = arguments.text("format", "json").equals("avro");
        int records = arguments.numberOf("records", arguments.has("quick") ? 40_000 : 1_000_000);
        if (records < 2 || records % 2 != 0) {
            throw new IllegalArgumentException("--records must be an even number, found " + records);
        }
        this.rows = records / 2;
        // Deleted topics leave the disk at once.
        this.broker = KafkaBroker.start(
                installation,
                directory.resolve("kafka"),
                Map.of("log.retention.ms", "-1", "log.segment.delete.delay.ms", "100"));
        if (avro) {
            Path built = Path.of(arguments.text("registry", ""));
            registry = SchemaRegistry.start(built, directory.resolve("registry"));
            format = RecordFormat.avro(registry, built);
        } else {
            registry = null;
            format = RecordFormat.json();
        }
        Path scripting = Path.of(arguments.text("scripting", ""));
        Path sources = ScriptingPlugins.addLanguage(
                LocalPipeline.pluginFolder(installation),
                scripting.resolve("script-language"),
                directory.resolve("plugins"));
        this.pluginPath = Stream.concat(Stream.of(sources, scripting.resolve("plugins")), format.plugins().stream())
                .toList();
        this.values = format.makeConverter(false);
        this.database = new BinlogDatabase(installation, directory.resolve("mysql"));
    }

    /** Takes an empty directory for the servers' data, the directory with the plugin of Debezium's scripts, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words,
                Set.of("quick"),
                Set.of("directory", "peers", "scripting", "registry", "rounds", "records", "only", "shapes", "format"));
        try (SourceBenchmark benchmark = new SourceBenchmark(Path.of(arguments.text("directory", "")), arguments)) {
            benchmark.runShapes();
        }
    }

    private void runShapes() throws SQLException, IOException, InterruptedException {
        List<SourceContender> contenders = selected("only", SourceContender.values(), SourceContender::of).stream()
                .filter(contender -> !(avro && contender.ownConverter()))
                .toList();
        for (SourceShape shape : selected("shapes", SourceShape.values(), SourceShape::of)) {
            runRounds(shape, new ArrayList<>(contenders));
        }
        figures.printTable(System.out);
    }

    private <T> List<T> selected(String option, T[] all, Function<String, T> parse) {
        return arguments.has(option)
                ? Arrays.stream(arguments.text(option, "").split(",", -1))
                        .map(parse)
                        .toList()
                : List.of(all);
    }

    private void runRounds(SourceShape shape, List<SourceContender> turns)
            throws SQLException, IOException, InterruptedException {
        database.createTables(shape);
        Map<SourceContender, JsonNode> positions = recordPositions(shape, turns);
        long begin = System.nanoTime();
        database.writeChanges(shape, rows);
        say(String.format(
                Locale.ROOT, "%s: wrote %,d changes in %.0f s", shape.label(), 2 * rows, secondsSince(begin)));
        int rounds = arguments.numberOf("rounds", arguments.has("quick") ? 1 : 3);
        Random random = new Random(rounds);
        for (int round = 1; round <= rounds; round++) {
            Collections.shuffle(turns, random);
            for (SourceContender contender : turns) {
                SourceMeasurement run = measure(contender, shape, round, positions.get(contender));
                figures.addRun(shape, contender, run);
                say(String.format(
                        Locale.ROOT,
                        "%s, round %d, %s: %.0f changes/s, CPU %.1f s for a million, %.0f bytes each, %.0f MiB,"
                                + " caught up in %.1f s",
                        shape.label(),
                        round,
                        contender.label(),
                        run.rate(),
                        run.cpuSeconds(),
                        run.bytes(),
                        run.peakMebibytes(),
                        run.seconds()));
            }
        }
        database.dropTables(shape);
    }

    /** Has each contender read the tables, and returns their offsets; they are stopped and their topics deleted then. */
    private Map<SourceContender, JsonNode> recordPositions(SourceShape shape, List<SourceContender> contenders)
            throws SQLException, IOException, InterruptedException {
        Map<SourceContender, JsonNode> positions = new EnumMap<>(SourceContender.class);
        try (BenchmarkWorker worker = startWorker("positions-" + shape.label())) {
            for (SourceContender contender : contenders) {
                worker.postConnector(contender.connector(shape), options(contender, shape));
                worker.awaitRunning(contender.connector(shape));
            }
            for (int tries = 0; positions.size() < contenders.size(); tries++) {
                if (tries == TRIES) {
                    throw new IllegalStateException("Only " + positions.keySet() + " have read an update of "
                            + shape.label() + "; the log is " + worker.log());
                }
                positions.clear();
                awaitPositions(worker, shape, contenders, database.updateFirstRow(shape), positions);
            }
        }
        Topics.deleteTopics(
                broker,
                contenders.stream()
                        .flatMap(contender -> contender.topics(shape).stream())
                        .toList());
        return positions;
    }

    /** Adds those that read an update in time. One that takes its snapshot after the update never reads it as a change. */
    private static void awaitPositions(
            BenchmarkWorker worker,
            SourceShape shape,
            List<SourceContender> contenders,
            BinlogPosition update,
            Map<SourceContender, JsonNode> positions)
            throws IOException, InterruptedException {
        long deadline = System.currentTimeMillis() + MILLIS_FOR_UPDATE;
        while (positions.size() < contenders.size() && System.currentTimeMillis() < deadline) {
            Thread.sleep(POLL_MS);
            for (SourceContender contender : contenders) {
                worker.awaitRunning(contender.connector(shape));
                JsonNode offsets = worker.offsets(contender.connector(shape));
                if (update.isPassedBy(offsets)) {
                    positions.put(contender, offsets);
                }
            }
        }
    }

    private SourceMeasurement measure(SourceContender contender, SourceShape shape, int round, JsonNode position)
            throws IOException {
        String name = contender.connector(shape);
        List<String> topics = contender.topics(shape);
        topics.forEach(topic -> Topics.createTopic(broker, topic, 1));
        try (CommittedChanges changes = new CommittedChanges(broker, topics)) {
            SourceMeasurement run;
            try (BenchmarkWorker worker = startWorker(name + "-" + round)) {
                worker.postStopped(name, options(contender, shape), position);
                run = catchUp(worker, name, topics, changes);
                changes.requireChanges(contender, shape, rows, values);
            }
            return run;
        } finally {
            Topics.deleteTopics(broker, topics);
        }
    }

    private SourceMeasurement catchUp(
            BenchmarkWorker worker, String name, List<String> topics, CommittedChanges changes) throws IOException {
        ProcessUsage usage = new ProcessUsage(worker.pid());
        CommittedChanges.Health health = () -> worker.awaitRunning(name);
        long resumed = System.nanoTime();
        worker.resumeConnector(name);
        int before = changes.awaitCount((int) (2 * rows * WARM_UP), health);
        double cpu = usage.cpuSeconds();
        long begin = System.nanoTime();
        int all = changes.awaitCount(2 * rows, health);
        double seconds = secondsSince(begin);
        double total = secondsSince(resumed);
        double written = (double) all - before;
        return new SourceMeasurement(
                written / seconds,
                (usage.cpuSeconds() - cpu) * 1e6 / written,
                (double) Topics.sizeOf(broker, topics) / all,
                usage.peakMebibytes(),
                total);
    }

    private BenchmarkWorker startWorker(String name) {
        return BenchmarkWorker.onPluginPath(installation, broker, directory.resolve(name), pluginPath);
    }

    private Map<String, String> options(SourceContender contender, SourceShape shape) {
        Map<String, String> options =
                new TreeMap<>(contender.options(shape, database.port(), broker.bootstrapServers()));
        options.putAll(format.connectorOptions(contender.ownConverter()));
        if (!avro) {
            options.put("value.converter.decimal.format", "NUMERIC");
        }
        return options;
    }

    private static double secondsSince(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void say(String text) {
        System.err.println(text);
    }

    @Override
    public void close() {
        database.close();
        if (registry != null) {
            registry.close();
        }
        broker.close();
    }
}
