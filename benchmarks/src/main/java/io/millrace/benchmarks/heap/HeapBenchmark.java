package io.millrace.benchmarks.heap;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.benchmarks.harness.ViewDatabase;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Finds the smallest heap in which a worker writes backlogs that are larger than it, and compares it with the formula. */
final class HeapBenchmark implements AutoCloseable {
    private static final List<String> SCENARIOS = List.of("stall", "arrays", "payloads", "restored");
    private static final int STEP = 64;
    /** The smallest heap must be at least this fraction of the formula's result. */
    private static final double LEAST_PART = 0.6;

    private final Installation installation = Installation.locate();
    private final Path directory;
    private final KafkaBroker broker;
    private final ViewDatabase database;
    private final HeapRun run;

    private HeapBenchmark(Path directory, String database) throws SQLException {
        this.directory = directory;
        this.broker = KafkaBroker.start(installation, directory.resolve("kafka"), Map.of());
        this.database = ViewDatabase.start(database, installation, directory.resolve(database), false);
        this.run = new HeapRun(installation, broker, this.database, directory);
    }

    /** Takes an empty directory for the servers' data, the folder of other plugins, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words, Set.of("quick"), Set.of("directory", "peers", "database", "scenario", "heap", "records"));
        String chosen = arguments.text("scenario", "");
        boolean right = true;
        try (HeapBenchmark benchmark =
                new HeapBenchmark(Path.of(arguments.text("directory", "")), arguments.text("database", "mysql"))) {
            if (!arguments.has("heap")) {
                System.out.printf(
                        Locale.ROOT,
                        "%-12s%-10s%10s%14s%14s%10s%n",
                        benchmark.database.name(),
                        "scenario",
                        "records",
                        "formula MiB",
                        "smallest MiB",
                        "part");
            }
            for (String label : chosen.isEmpty() ? SCENARIOS : List.of(chosen.split(",", -1))) {
                right &= benchmark.measure(label, arguments);
            }
        }
        System.exit(right ? 0 : 1);
    }

    private boolean measure(String label, BenchmarkArguments arguments) throws SQLException, InterruptedException {
        try (HeapScenario scenario = makeScenario(label, arguments)) {
            System.err.println("writing " + scenario.records() + " records of " + label);
            writeBacklog(scenario);
            boolean right =
                    arguments.has("heap") ? playOnce(scenario, arguments.numberOf("heap", 0)) : findSmallest(scenario);
            Topics.deleteTopic(broker, label);
            return right;
        }
    }

    private HeapScenario makeScenario(String label, BenchmarkArguments arguments) {
        return switch (label) {
            case "stall" -> new StallScenario(countRecords(arguments, 2_000));
            case "arrays" -> new ArrayScenario(countRecords(arguments, 20_000));
            case "payloads" -> makePayloads(PayloadScenario.Restorer.SINK, arguments);
            case "restored" -> makePayloads(PayloadScenario.Restorer.TRANSFORM, arguments);
            default -> throw new IllegalArgumentException("Not a scenario: " + label + "; there are " + SCENARIOS);
        };
    }

    private HeapScenario makePayloads(PayloadScenario.Restorer restorer, BenchmarkArguments arguments) {
        return new PayloadScenario(
                restorer,
                countRecords(arguments, 500),
                installation,
                directory.resolve("s3-" + restorer.name().toLowerCase(Locale.ROOT)));
    }

    private static int countRecords(BenchmarkArguments arguments, int all) {
        return arguments.numberOf("records", arguments.has("quick") ? all / 10 : all);
    }

    private boolean playOnce(HeapScenario scenario, int mebibytes) throws SQLException, InterruptedException {
        long begin = System.nanoTime();
        Optional<String> failure = run.play(scenario, mebibytes);
        System.out.printf(
                Locale.ROOT,
                "%s %s: %d records with %d MiB of heap %s after %.0f s%n",
                database.name(),
                scenario.label(),
                scenario.records(),
                mebibytes,
                failure.map(reason -> "failed (" + reason + ")").orElse("written, every row right,"),
                (System.nanoTime() - begin) / 1e9);
        return failure.isEmpty();
    }

    /** Bisects between no heap at all and the formula's; looks above that only if it does not suffice. */
    private boolean findSmallest(HeapScenario scenario) throws SQLException, InterruptedException {
        int formula = scenario.formula().mebibytes();
        int enough = formula / STEP * STEP;
        int little = 0;
        while (!suffices(scenario, enough)) {
            little = enough;
            enough += STEP;
        }
        while (enough - little > STEP) {
            int middle = (enough + little + STEP) / 2 / STEP * STEP;
            if (suffices(scenario, middle)) {
                enough = middle;
            } else {
                little = middle;
            }
        }
        double part = (double) enough / formula;
        System.out.printf(
                Locale.ROOT,
                "%-12s%-10s%10d%14d%14d%10.2f%n",
                "",
                scenario.label(),
                scenario.records(),
                formula,
                enough,
                part);
        return part <= 1 && part >= LEAST_PART;
    }

    private boolean suffices(HeapScenario scenario, int mebibytes) throws SQLException, InterruptedException {
        Optional<String> failure = run.play(scenario, mebibytes);
        System.err.println(scenario.label() + " with " + mebibytes + " MiB: " + failure.orElse("right"));
        return failure.isEmpty();
    }

    /** Without a codec, so that a fetch has no more records than its bytes. */
    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of it.
    private void writeBacklog(HeapScenario scenario) {
        Topics.createTopic(broker, scenario.label(), 1);
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                Stream<ProducerRecord<byte[], byte[]>> records = scenario.makeBacklog()) {
            records.forEach(record -> producer.send(record, (metadata, exception) -> {
                if (exception != null) {
                    failure.compareAndSet(null, exception);
                }
            }));
        }
        if (failure.get() != null) {
            throw new IllegalStateException("Not every record could be written", failure.get());
        }
    }

    @Override
    public void close() {
        database.close();
        broker.close();
    }
}
