package io.millrace.benchmarks.redrive;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.PeerProcess;
import io.millrace.benchmarks.harness.Percentiles;
import io.millrace.benchmarks.harness.ProcessUsage;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.benchmarks.harness.ViewDatabase;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Has dead letters brought back, each time by a new process, and compares the order of keys with that of retry topics. */
final class RedriveBenchmark implements AutoCloseable {
    static final String MILLRACE = "millrace";

    /** The same connector with letters that wait for a second, so that they are written to the state topic. */
    private static final String WAITING = "millrace, after a wait";

    private static final String LOOP = "loop";
    private static final String SPRING = "spring";
    /** The part of the letters that warms the process up. */
    private static final double WARM_UP = 0.4;

    private static final int IN_A_SECOND = 1000;
    private static final Duration TIME_TO_RETURN = Duration.ofMinutes(5);
    private static final Pattern DELAYS = Pattern.compile("(\\d+ s) p50 ([0-9.]+) p99 ([0-9.]+)");

    private final Installation installation = Installation.locate();
    private final BenchmarkArguments arguments;
    private final Path directory;
    private final KafkaBroker broker;
    private final ViewDatabase database;
    private final int letters;
    private final int seconds;
    private final RedriveFigures figures = new RedriveFigures();

    private RedriveBenchmark(Path directory, BenchmarkArguments arguments) throws SQLException {
        this.directory = directory;
        this.arguments = arguments;
        this.letters = arguments.numberOf("records", arguments.has("quick") ? 100_000 : 1_000_000);
        this.seconds = arguments.numberOf("seconds", arguments.has("quick") ? 5 : 20);
        this.broker = KafkaBroker.start(installation, directory.resolve("kafka"), Map.of("log.retention.ms", "-1"));
        this.database = ViewDatabase.start("mysql", installation, directory.resolve("mysql"), false);
    }

    /** Takes an empty directory for the servers' data, the class path of the process with Spring, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words, Set.of("quick"), Set.of("directory", "peers", "spring", "rounds", "records", "seconds", "only"));
        try (RedriveBenchmark benchmark = new RedriveBenchmark(Path.of(arguments.text("directory", "")), arguments)) {
            benchmark.runRounds();
        }
    }

    private void runRounds() throws Exception {
        String queue = "queue";
        Topics.createTopic(broker, queue, Letters.PARTITIONS);
        Letters.writeAll(broker, queue, letters);
        int rounds = arguments.numberOf("rounds", arguments.has("quick") ? 1 : 3);
        Random random = new Random(rounds);
        List<String> turns = new ArrayList<>(List.of(MILLRACE, WAITING, LOOP));
        Set<String> parts = Set.of(arguments.text("only", "rate,delays,order").split(",", -1));
        for (int round = 1; round <= rounds; round++) {
            if (parts.contains("rate")) {
                Collections.shuffle(turns, random);
                for (String contender : turns) {
                    measureRate(contender, queue, contender.replaceAll("\\W+", "-") + "-" + round);
                }
            }
            if (parts.contains("delays")) {
                measureDelays("delays-" + round);
            }
            if (parts.contains("order")) {
                countViolationsOfMillrace("order-" + round);
                countViolationsOfSpring("spring_" + round);
            }
        }
        figures.print();
    }

    private void measureRate(String contender, String queue, String name) throws IOException {
        String topic = name + ".returned";
        Topics.createTopic(broker, topic, Letters.PARTITIONS);
        try (ReturnedLetters returned = new ReturnedLetters(broker, topic)) {
            if (contender.equals(LOOP)) {
                addRateOf(startLoop(queue, topic, name), returned);
                return;
            }
            try (BenchmarkWorker worker = startWorker(name)) {
                Map<String, String> options = RedriveConnectors.source(
                        broker.bootstrapServers(), queue, contender.equals(WAITING) ? "1s" : "1ms", topic);
                options.put("where", "headers['" + Letters.CHOSEN + "'] == 'true'");
                worker.postConnector(name, options);
                addRate(contender, worker.pid(), returned);
            }
        } finally {
            Topics.deleteTopic(broker, topic);
        }
    }

    private void addRateOf(PeerProcess loop, ReturnedLetters returned) {
        try (loop) {
            addRate(LOOP, loop.pid(), returned);
        } catch (IllegalStateException e) {
            throw loop.withLog(e);
        }
    }

    private PeerProcess startLoop(String queue, String topic, String name) throws IOException {
        return PeerProcess.start(
                System.getProperty("java.class.path"),
                LoopProcess.class.getName(),
                directory.resolve(name + ".log"),
                List.of(broker.bootstrapServers(), queue, topic, name));
    }

    private BenchmarkWorker startWorker(String name) throws IOException {
        Path files = directory.resolve(name);
        Files.createDirectories(files);
        return new BenchmarkWorker(installation, broker, files, List.of(), Map.of());
    }

    /** Of all letters, half of which are chosen, after the warm-up. */
    private void addRate(String contender, long pid, ReturnedLetters returned) {
        ProcessUsage usage = new ProcessUsage(pid);
        int chosen = letters / 2;
        int before = returned.await((int) (chosen * WARM_UP), (letter, millis) -> {});
        double cpu = usage.cpuSeconds();
        long begin = System.nanoTime();
        returned.await(chosen, (letter, millis) -> {});
        double rate = (chosen - before) * 2e9 / (System.nanoTime() - begin);
        double cpuOfMillion = (usage.cpuSeconds() - cpu) * 1e6 / ((chosen - before) * 2.0);
        if (returned.letters().stream().anyMatch(letter -> !Letters.isChosen(letter))) {
            throw new IllegalStateException("A letter came back that was not chosen");
        }
        figures.addRate(contender, rate, cpuOfMillion, returned.meanHeaderBytes());
    }

    private void measureDelays(String name) throws IOException {
        String queue = name + ".queue";
        String topic = name + ".returned";
        Topics.createTopic(broker, queue, Letters.PARTITIONS);
        Topics.createTopic(broker, topic, Letters.PARTITIONS);
        int count = seconds * IN_A_SECOND;
        List<Long> first = new ArrayList<>();
        List<Long> second = new ArrayList<>();
        try (BenchmarkWorker worker = startWorker(name);
                ReturnedLetters returned = new ReturnedLetters(broker, topic)) {
            worker.postConnector(name, RedriveConnectors.source(broker.bootstrapServers(), queue, "1s,10s", topic));
            worker.awaitRunning(name);
            CompletableFuture<Void> written =
                    CompletableFuture.runAsync(() -> Letters.writeEvenly(broker, queue, count, IN_A_SECOND));
            returned.await(count, (letter, millis) -> {
                boolean again = Letters.hasComeBack(letter);
                // The first ones warm the connector up.
                if (letter > count / 4) {
                    (again ? second : first).add(millis - (again ? 10_000 : 1_000));
                }
            });
            written.join();
        }
        figures.addDelays(MILLRACE, "1 s", percentiles(first));
        figures.addDelays(MILLRACE, "10 s", percentiles(second));
        Topics.deleteTopic(broker, queue);
        Topics.deleteTopic(broker, topic);
    }

    private static Percentiles percentiles(List<Long> millis) {
        return Percentiles.of(millis.stream()
                .mapToLong(each -> Duration.ofMillis(each).toNanos())
                .toArray());
    }

    private void countViolationsOfMillrace(String name) throws Exception {
        String topic = name + ".events";
        String queue = name + ".dlq";
        String sink = name + "-view";
        for (String each : List.of(topic, queue, sink + ".retry", sink + ".parked")) {
            Topics.createTopic(broker, each, Letters.PARTITIONS);
        }
        String table = name.replace('-', '_');
        RefusingTable rows = new RefusingTable(database, table);
        try (BenchmarkWorker worker = startWorker(name)) {
            worker.postConnector(
                    sink, RedriveConnectors.sink(broker.bootstrapServers(), database, sink, topic, queue, table));
            worker.postConnector(name, RedriveConnectors.source(broker.bootstrapServers(), queue, "1s", "retry"));
            worker.awaitRunning(sink);
            worker.awaitRunning(name);
            writeAndMend(topic, rows);
        }
        figures.addViolations(MILLRACE, rows.countViolations(), rows.count());
    }

    private void countViolationsOfSpring(String name) throws Exception {
        String topic = name + ".events";
        Topics.createTopic(broker, topic, Letters.PARTITIONS);
        RefusingTable rows = new RefusingTable(database, name);
        Path log = directory.resolve(name + ".log");
        try (PeerProcess process = PeerProcess.start(
                arguments.text("spring", ""),
                "io.millrace.benchmarks.spring.SpringRetryProcess",
                log,
                List.of(
                        broker.bootstrapServers(),
                        topic,
                        name,
                        database.url(),
                        ViewDatabase.USER,
                        ViewDatabase.PASSWORD))) {
            try {
                writeAndMend(topic, rows);
            } catch (IllegalStateException e) {
                throw process.withLog(e);
            }
        }
        figures.addViolations(SPRING, rows.countViolations(), rows.count());
        Matcher delays = DELAYS.matcher(Files.readString(log));
        while (delays.find()) {
            figures.addDelays(
                    SPRING,
                    delays.group(1),
                    new Percentiles(Double.parseDouble(delays.group(2)), Double.parseDouble(delays.group(3)), 0, 0));
        }
    }

    /** Writes events, of which the table refuses some until all are written, and waits until it has all of them. */
    private void writeAndMend(String topic, RefusingTable rows) throws SQLException, InterruptedException {
        int count = seconds * IN_A_SECOND;
        KeyedEvents.write(broker, topic, count, IN_A_SECOND);
        rows.mend();
        long deadline = System.nanoTime() + TIME_TO_RETURN.toNanos();
        while (rows.count() < count) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("The table has " + rows.count() + " rows of " + count);
            }
            Thread.sleep(200);
        }
    }

    @Override
    public void close() {
        broker.close();
        database.close();
    }
}
