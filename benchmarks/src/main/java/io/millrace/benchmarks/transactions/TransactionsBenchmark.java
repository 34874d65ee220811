package io.millrace.benchmarks.transactions;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.Median;
import io.millrace.benchmarks.harness.PeerProcess;
import io.millrace.benchmarks.harness.ProcessUsage;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Has each contender make the events of the same raw topic, in turns and each time in a new process. */
final class TransactionsBenchmark implements AutoCloseable {
    /** The part of the events that warms the process up. */
    private static final double WARM_UP = 0.4;

    private final Installation installation = Installation.locate();
    private final BenchmarkArguments arguments;
    private final Path directory;
    private final KafkaBroker broker;
    private final int orders;
    private final Map<TransactionsContender, List<Run>> runs = new EnumMap<>(TransactionsContender.class);

    /** The events in a second, and the seconds of processor for a million of them. */
    private record Run(double rate, double cpuSeconds) {}

    private TransactionsBenchmark(Path directory, BenchmarkArguments arguments) {
        this.directory = directory;
        this.arguments = arguments;
        this.orders = arguments.numberOf("records", arguments.has("quick") ? 100_000 : 1_000_000);
        this.broker = KafkaBroker.start(installation, directory.resolve("kafka"), Map.of("log.retention.ms", "-1"));
    }

    /** Takes an empty directory for the servers' data, the class path of the process with Kafka Streams, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words, Set.of("quick"), Set.of("directory", "peers", "streams", "rounds", "records", "only"));
        try (TransactionsBenchmark benchmark =
                new TransactionsBenchmark(Path.of(arguments.text("directory", "")), arguments)) {
            benchmark.runRounds();
        }
    }

    private void runRounds() throws IOException {
        List<TransactionsContender> turns = new ArrayList<>(
                arguments.has("only")
                        ? Arrays.stream(arguments.text("only", "").split(",", -1))
                                .map(TransactionsContender::of)
                                .toList()
                        : List.of(TransactionsContender.values()));
        RawOrders.write(broker, orders);
        int rounds = arguments.numberOf("rounds", arguments.has("quick") ? 1 : 3);
        Random random = new Random(rounds);
        for (int round = 1; round <= rounds; round++) {
            Collections.shuffle(turns, random);
            for (TransactionsContender contender : turns) {
                Run run = measure(contender, contender.label() + "-" + round);
                runs.computeIfAbsent(contender, key -> new ArrayList<>()).add(run);
                System.err.printf(
                        Locale.ROOT,
                        "%s, round %d: %.0f events/s, CPU %.1f s for a million%n",
                        contender.label(),
                        round,
                        run.rate(),
                        run.cpuSeconds());
            }
        }
        print();
    }

    private Run measure(TransactionsContender contender, String name) throws IOException {
        String topic = "events-" + name;
        Topics.createTopic(broker, topic, RawOrders.PARTITIONS);
        try (WrittenEvents events = new WrittenEvents(broker, topic)) {
            Run run = contender == TransactionsContender.STREAMS
                    ? measureStreams(topic, events)
                    : measureConnector(contender, name, topic, events);
            events.requireEvents(orders, contender != TransactionsContender.AT_LEAST_ONCE);
            return run;
        } finally {
            Topics.deleteTopic(broker, topic);
        }
    }

    private Run measureConnector(TransactionsContender contender, String name, String topic, WrittenEvents events)
            throws IOException {
        Topics.createTopic(broker, name + ".heartbeat", 1);
        try (BenchmarkWorker worker = new BenchmarkWorker(
                installation,
                broker,
                directory.resolve(name),
                List.of(),
                Map.of(),
                contender.workerSettings(),
                BenchmarkWorker.JVM)) {
            worker.postConnector(name, contender.connector(broker.bootstrapServers(), topic));
            return measureWarm(events, new ProcessUsage(worker.pid()));
        }
    }

    private Run measureStreams(String topic, WrittenEvents events) throws IOException {
        Path files = directory.resolve(topic);
        Files.createDirectories(files);
        try (PeerProcess process = PeerProcess.start(
                arguments.text("streams", ""),
                "io.millrace.benchmarks.streams.EventStreamProcess",
                directory.resolve(topic + ".log"),
                List.of(broker.bootstrapServers(), RawOrders.TOPIC, topic, files.toString()))) {
            try {
                return measureWarm(events, new ProcessUsage(process.pid()));
            } catch (IllegalStateException e) {
                throw process.withLog(e);
            }
        }
    }

    private Run measureWarm(WrittenEvents events, ProcessUsage usage) {
        long before = events.awaitCount((long) (orders * WARM_UP));
        double cpu = usage.cpuSeconds();
        long begin = System.nanoTime();
        double written = events.awaitCount(orders) - before;
        return new Run(written * 1e9 / (System.nanoTime() - begin), (usage.cpuSeconds() - cpu) * 1e6 / written);
    }

    private void print() {
        System.out.printf(Locale.ROOT, "%-16s%14s%18s%n", "", "events/s", "CPU s/million");
        runs.forEach((contender, of) -> System.out.printf(
                Locale.ROOT,
                "%-16s%14.0f%18.1f%n",
                contender.label(),
                Median.of(of.stream().map(Run::rate).toList()),
                Median.of(of.stream().map(Run::cpuSeconds).toList())));
        if (runs.containsKey(TransactionsContender.EXACTLY_ONCE)) {
            printRatio("exactly-once to Kafka Streams", TransactionsContender.STREAMS);
            printRatio("ratio", TransactionsContender.AT_LEAST_ONCE);
        }
    }

    private void printRatio(String label, TransactionsContender other) {
        if (!runs.containsKey(other)) {
            return;
        }
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < runs.get(other).size(); round++) {
            ratios.add(runs.get(TransactionsContender.EXACTLY_ONCE).get(round).rate()
                    / runs.get(other).get(round).rate());
        }
        System.out.printf(Locale.ROOT, "%s %.2f%n", label, Median.of(ratios));
    }

    @Override
    public void close() {
        broker.close();
    }
}
