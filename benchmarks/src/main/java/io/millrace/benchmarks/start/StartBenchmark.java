package io.millrace.benchmarks.start;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.ProcessUsage;
import io.millrace.testing.servers.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Measures the time from posting a connector to its first event or row, and the memory of idle connectors, of each contender
 * in turn and each time in a new worker.
 */
final class StartBenchmark implements AutoCloseable {
    /** A heap that a full collection makes as small as it can be, so that the resident memory has few free parts of it. */
    private static final List<String> SHRINKING_HEAP =
            List.of("-Xms64m", "-Xmx1g", "-XX:+UseSerialGC", "-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=20");

    /** How long connectors that have delivered everything run before they count as idle. */
    private static final long SECONDS_TO_SETTLE = 5;

    private final Installation installation = Installation.locate();
    private final BenchmarkArguments arguments;
    private final Path directory;
    private final StartServers servers;
    private final StartFigures figures = new StartFigures();

    private StartBenchmark(Path directory, BenchmarkArguments arguments) throws SQLException {
        this.directory = directory;
        this.arguments = arguments;
        this.servers = StartServers.start(installation, directory, arguments.text("database", "mysql"));
    }

    /** Takes an empty directory for the servers' data, the folder of Debezium's JDBC plugin, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words,
                Set.of("quick"),
                Set.of("directory", "peers", "rounds", "database", "only", "scenario", "sinks", "sources"));
        try (StartBenchmark benchmark = new StartBenchmark(Path.of(arguments.text("directory", "")), arguments)) {
            benchmark.runRounds();
        }
    }

    private void runRounds() throws SQLException, IOException, InterruptedException {
        int rounds = arguments.numberOf("rounds", arguments.has("quick") ? 1 : 3);
        List<StartContender> turns = new ArrayList<>(contenders());
        Set<String> scenarios = Set.of(arguments.text("scenario", "time,memory").split(","));
        if (!Set.of("time", "memory").containsAll(scenarios)) {
            throw new IllegalArgumentException("--scenario must be time or memory, found " + scenarios);
        }
        Random random = new Random(rounds);
        for (int round = 1; round <= rounds; round++) {
            Collections.shuffle(turns, random);
            for (StartContender contender : turns) {
                if (scenarios.contains("time")) {
                    measureTimes(contender, round);
                }
                if (scenarios.contains("memory")) {
                    measureMemory(contender, round);
                }
            }
        }
        figures.printTable(System.out);
    }

    private List<StartContender> contenders() {
        return Arrays.stream(arguments
                        .text(
                                "only",
                                Arrays.stream(StartContender.values())
                                        .map(StartContender::label)
                                        .collect(Collectors.joining(",")))
                        .split(","))
                .map(StartContender::of)
                .toList();
    }

    private void measureTimes(StartContender contender, int round)
            throws SQLException, IOException, InterruptedException {
        String name = name(contender, "time", round);
        try (ConnectorInput input = contender.openInput(servers, name);
                BenchmarkWorker worker = startWorker(name, BenchmarkWorker.JVM);
                MeasuredConnector connector = input.connector(name);
                MeasuredConnector another = input.connector(name + "_another")) {
            ProcessUsage usage = new ProcessUsage(worker.pid());
            double cpuBefore = usage.cpuSeconds();
            double posted = secondsToFirst(worker, connector);
            double postedCpu = usage.cpuSeconds() - cpuBefore;
            worker.stopConnector(connector.name());
            input.addChange();
            long begin = System.nanoTime();
            worker.resumeConnector(connector.name());
            connector.awaitDelivered(worker, 2);
            double resumed = secondsSince(begin);
            StartTimes times = new StartTimes(posted, postedCpu, resumed, secondsToFirst(worker, another));
            connector.requireDelivered(2);
            figures.addTimes(contender, times);
            say(String.format(
                    Locale.ROOT,
                    "%s, round %d: %.2f s from posting (CPU %.2f s), %.2f s from resuming, %.2f s for another one",
                    contender.label(),
                    round,
                    times.posted(),
                    times.postedCpu(),
                    times.resumed(),
                    times.another()));
        }
    }

    private static double secondsToFirst(BenchmarkWorker worker, MeasuredConnector connector)
            throws SQLException, IOException, InterruptedException {
        long begin = System.nanoTime();
        worker.postConnector(connector.name(), connector.options());
        connector.awaitDelivered(worker, 1);
        return secondsSince(begin);
    }

    private void measureMemory(StartContender contender, int round)
            throws SQLException, IOException, InterruptedException {
        int connectors = contender.isSource()
                ? arguments.numberOf("sources", arguments.has("quick") ? 2 : 5)
                : arguments.numberOf("sinks", arguments.has("quick") ? 10 : 50);
        String name = name(contender, "memory", round);
        try (ConnectorInput input = contender.openInput(servers, name);
                BenchmarkWorker worker = startWorker(name, SHRINKING_HEAP)) {
            WorkerMemory without = WorkerMemory.of(worker);
            deliverOne(worker, input, name + "_1");
            WorkerMemory withOne = memoryWhenIdle(worker);
            for (int number = 2; number <= connectors; number++) {
                deliverOne(worker, input, name + "_" + number);
            }
            IdleMemory memory = new IdleMemory(connectors, without, withOne, memoryWhenIdle(worker));
            for (int number = 1; number <= connectors; number++) {
                worker.awaitRunning(name + "_" + number);
            }
            figures.addMemory(contender, memory);
            say(String.format(
                    Locale.ROOT,
                    "%s, round %d: %d connectors, %.2f MiB resident and %.2f MiB of heap for each after the first",
                    contender.label(),
                    round,
                    connectors,
                    memory.residentOfEach(),
                    memory.heapOfEach()));
        }
    }

    /** Posts a connector, and returns when it has delivered its one event or row. */
    private static void deliverOne(BenchmarkWorker worker, ConnectorInput input, String name)
            throws SQLException, IOException, InterruptedException {
        try (MeasuredConnector connector = input.connector(name)) {
            worker.postConnector(connector.name(), connector.options());
            connector.awaitDelivered(worker, 1);
        }
    }

    private static WorkerMemory memoryWhenIdle(BenchmarkWorker worker) throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(SECONDS_TO_SETTLE);
        return WorkerMemory.of(worker);
    }

    private BenchmarkWorker startWorker(String name, List<String> jvm) {
        return new BenchmarkWorker(
                installation,
                servers.broker(),
                directory.resolve(name),
                List.of(Path.of(arguments.text("peers", ""))),
                Map.of(),
                Map.of(),
                jvm);
    }

    /** A name for topics, and for tables. */
    private static String name(StartContender contender, String scenario, int round) {
        return contender.label().replace('-', '_') + "_" + scenario + "_" + round;
    }

    private static double secondsSince(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void say(String text) {
        System.err.println(text);
    }

    @Override
    public void close() {
        servers.close();
    }
}
