package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.FetchOptions;
import io.millrace.benchmarks.harness.HeapUse;
import io.millrace.benchmarks.harness.LedgerProgress;
import io.millrace.benchmarks.harness.ProcessUsage;
import io.millrace.benchmarks.harness.RecordFormat;
import io.millrace.benchmarks.harness.TableContent;
import io.millrace.benchmarks.harness.ViewDatabase;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Measures the effect of more partitions and tasks on Millrace's sink, and its memory for many records. */
final class ScaleBenchmark implements AutoCloseable {
    private static final List<Integer> TASKS = List.of(1, 2, 4, 8);
    private static final int TASKS_OF_MEMORY = 4;
    private static final int QUARTERS = 4;

    private final Installation installation = Installation.locate();
    private final BenchmarkArguments arguments;
    private final Path directory;
    private final KafkaBroker broker;

    private ScaleBenchmark(Path directory, BenchmarkArguments arguments) {
        this.directory = directory;
        this.arguments = arguments;
        // A broker alone that gets no processor for as long as its session lasts loses the ends of transactions.
        this.broker = KafkaBroker.start(
                installation, directory.resolve("kafka"), Map.of("broker.session.timeout.ms", "60000"));
    }

    /** Takes an empty directory for the servers' data, the folder of other plugins, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words,
                Set.of("quick"),
                Set.of(
                        "directory",
                        "peers",
                        "database",
                        "records",
                        "poll",
                        "tasks",
                        "memory",
                        "runs",
                        "columns",
                        "projections"));
        try (ScaleBenchmark benchmark = new ScaleBenchmark(Path.of(arguments.text("directory", "")), arguments)) {
            benchmark.runSink();
        }
    }

    private void runSink() throws SQLException, IOException, InterruptedException {
        int records = arguments.numberOf("records", arguments.has("quick") ? 200_000 : 10_000_000);
        String name = arguments.text("database", "mysql");
        try (ViewDatabase database = ViewDatabase.start(name, installation, directory.resolve(name), true)) {
            System.out.printf(
                    Locale.ROOT, "%-12s%-8s%14s%16s%12s%n", name, "tasks", "warm rows/s", "CPU s/million", "peak MiB");
            for (int run = 1; run <= arguments.numberOf("runs", 1); run++) {
                for (int tasks : arguments.has("tasks") ? List.of(arguments.numberOf("tasks", 0)) : TASKS) {
                    measureSpeed(database, run, tasks, Math.max(100_000, records / 10));
                }
            }
            if (!arguments.text("memory", "yes").equals("no")) {
                measureMemory(database, records);
            }
        }
    }

    private void measureSpeed(ViewDatabase database, int run, int tasks, int records)
            throws SQLException, IOException, InterruptedException {
        String name = "scale_" + run + "_" + tasks;
        OrderStream stream = new OrderStream(records / OrderStream.PARTS, 0, SinkBenchmark.shape(arguments));
        try (BenchmarkWorker worker = startSink(database, name, tasks, stream);
                LedgerProgress progress = new LedgerProgress(database, worker, name, name)) {
            ProcessUsage usage = new ProcessUsage(worker.pid());
            // The first fifth warms the worker up.
            long before = progress.awaitRecords(total(stream) / 5);
            double cpu = usage.cpuSeconds();
            long begin = System.nanoTime();
            progress.awaitRecords(total(stream));
            double written = total(stream) - before;
            System.out.printf(
                    Locale.ROOT,
                    "%-12s%-8d%14.0f%16.1f%12d%n",
                    "",
                    tasks,
                    written * 1e9 / (System.nanoTime() - begin),
                    (usage.cpuSeconds() - cpu) * 1e6 / written,
                    usage.peakMebibytes());
        }
        requireTables(database, name, stream);
    }

    private void measureMemory(ViewDatabase database, int records)
            throws SQLException, IOException, InterruptedException {
        String name = "memory";
        OrderStream stream = new OrderStream(records / OrderStream.PARTS, 0, SinkBenchmark.shape(arguments));
        System.out.printf(Locale.ROOT, "%n%-20s%18s%18s%n", "records", "live heap MiB", "resident MiB");
        try (BenchmarkWorker worker = startSink(database, name, TASKS_OF_MEMORY, stream);
                LedgerProgress progress = new LedgerProgress(database, worker, name, name)) {
            ProcessUsage usage = new ProcessUsage(worker.pid());
            for (int quarter = 1; quarter <= QUARTERS; quarter++) {
                long done = progress.awaitRecords(total(stream) * quarter / QUARTERS);
                double live = HeapUse.liveMebibytes(worker.pid());
                System.out.printf(Locale.ROOT, "%-20d%18.1f%18d%n", done, live, usage.residentMebibytes());
            }
        }
        requireTables(database, name, stream);
    }

    /** The markers are records too. */
    private static long total(OrderStream stream) {
        return (stream.records() + 1L) * OrderStream.PARTS;
    }

    private BenchmarkWorker startSink(ViewDatabase database, String name, int tasks, OrderStream stream)
            throws SQLException, IOException {
        System.err.println("writing a topic of " + tasks + " partitions");
        OrderTopic.writeTopic(broker, name, tasks, RecordFormat.json(), stream);
        List<String> tables = tables(name);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String table : tables) {
                statement.execute(
                        "CREATE TABLE " + table + " (" + stream.shape().definitions() + ")");
            }
        }
        database.settle();
        Map<String, String> options = SinkContender.MILLRACE.options(
                name, name, broker.bootstrapServers(), database, tables.get(0), stream.shape());
        for (int i = 1; i < tables.size(); i++) {
            SinkContender.addProjection(options, "orders_" + i, tables.get(i), stream.shape());
        }
        options.putAll(RecordFormat.json().connectorOptions(true));
        options.putAll(FetchOptions.of(arguments));
        options.put("tasks.max", Integer.toString(tasks));
        BenchmarkWorker worker = new BenchmarkWorker(
                installation, broker, directory.resolve(name), List.of(Path.of(arguments.text("peers", ""))), Map.of());
        worker.postConnector(name, options);
        return worker;
    }

    /** A table for each projection. */
    private List<String> tables(String name) {
        return IntStream.rangeClosed(1, arguments.numberOf("projections", 1))
                .mapToObj(number -> name + "_" + number)
                .toList();
    }

    private void requireTables(ViewDatabase database, String name, OrderStream stream) throws SQLException {
        TableContent expected = stream.expectedContent(OrderStream.PARTS);
        for (String table : tables(name)) {
            expected.requireIn(database, table, stream.shape().names());
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
