package io.millrace.benchmarks.schedules;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.HeapUse;
import io.millrace.benchmarks.harness.PeerProcess;
import io.millrace.benchmarks.harness.ProcessUsage;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.benchmarks.harness.ViewDatabase;
import io.millrace.benchmarks.schedules.SchedulesFigures.Round;
import io.millrace.benchmarks.schedules.SentMessages.Arrivals;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Has each contender send the messages of the same commands, in turns and each time in a new process. */
final class SchedulesBenchmark implements AutoCloseable {
    private static final int VALUE_BYTES = 200;
    private static final int DUE_IN_A_SECOND = 1000;
    private static final Duration TIME_TO_READ = Duration.ofMinutes(10);
    private static final Duration TIME_OF_THE_PENDING = Duration.ofDays(1);
    private static final Duration IDLE = Duration.ofSeconds(10);
    /** Until the tasks have let go of the records of their last batches, which would count as heap. */
    private static final Duration TIME_TO_SETTLE = Duration.ofSeconds(3);

    private final Installation installation = Installation.locate();
    private final BenchmarkArguments arguments;
    private final Path directory;
    private final KafkaBroker broker;
    private final ViewDatabase database;
    private final int burst;
    private final int pending;
    private final int seconds;
    private final Duration timeToLoad;
    private final SchedulesFigures figures = new SchedulesFigures();

    private SchedulesBenchmark(Path directory, BenchmarkArguments arguments) throws Exception {
        boolean quick = arguments.has("quick");
        this.directory = directory;
        this.arguments = arguments;
        this.burst = arguments.numberOf("records", quick ? 50_000 : 500_000);
        this.pending = arguments.numberOf("pending", quick ? 100_000 : 1_000_000);
        this.seconds = arguments.numberOf("seconds", quick ? 5 : 30);
        this.timeToLoad = Duration.ofSeconds(arguments.numberOf("load-seconds", quick ? 30 : 60));
        this.broker = KafkaBroker.start(installation, directory.resolve("kafka"), Map.of("log.retention.ms", "-1"));
        this.database = ViewDatabase.start("mysql", installation, directory.resolve("mysql"), false);
    }

    /** Takes an empty directory for the servers' data, the class paths of the other contenders, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words,
                Set.of("quick"),
                Set.of(
                        "directory",
                        "peers",
                        "streams",
                        "db-scheduler",
                        "rounds",
                        "records",
                        "pending",
                        "seconds",
                        "load-seconds",
                        "only"));
        try (SchedulesBenchmark benchmark =
                new SchedulesBenchmark(Path.of(arguments.text("directory", "")), arguments)) {
            benchmark.runRounds();
        }
    }

    private void runRounds() throws Exception {
        List<SchedulesContender> turns = new ArrayList<>(
                arguments.has("only")
                        ? Arrays.stream(arguments.text("only", "").split(",", -1))
                                .map(SchedulesContender::of)
                                .toList()
                        : List.of(SchedulesContender.values()));
        int rounds = arguments.numberOf("rounds", arguments.has("quick") ? 1 : 3);
        Random random = new Random(rounds);
        for (int round = 1; round <= rounds; round++) {
            Collections.shuffle(turns, random);
            for (SchedulesContender contender : turns) {
                Round measured = measure(contender, contender.label() + "-" + round);
                figures.add(contender, measured);
                System.err.println(contender.label() + ", round " + round + ": " + measured);
            }
        }
        figures.print();
    }

    private Round measure(SchedulesContender contender, String name) throws Exception {
        String requests = name + ".requests";
        String target = name + ".messages";
        Topics.createTopic(broker, requests, ScheduleCommands.PARTITIONS);
        Topics.createTopic(broker, target, ScheduleCommands.PARTITIONS);
        try (RunningScheduler scheduler = start(contender, name, requests, target);
                SentMessages sent = new SentMessages(broker, target)) {
            try {
                return measure(contender, scheduler, new Commands(scheduler, requests, target), sent);
            } catch (IllegalStateException e) {
                throw scheduler.withLog(e);
            }
        } finally {
            Topics.deleteTopic(broker, requests);
            Topics.deleteTopic(broker, target);
        }
    }

    private Round measure(
            SchedulesContender contender, RunningScheduler scheduler, Commands commands, SentMessages sent)
            throws Exception {
        DueMessages together = due("together", contender.part(burst), timeToLoad, Duration.ofSeconds(1));
        commands.write(together);
        Thread.sleep(Math.max(0, together.begin() - System.currentTimeMillis()));
        double before = new ProcessUsage(scheduler.pid()).cpuSeconds();
        Arrivals fired = sent.await(together);
        double cpu = (new ProcessUsage(scheduler.pid()).cpuSeconds() - before) * 1e6 / together.count();

        Thread.sleep(TIME_TO_SETTLE.toMillis());
        double heap = scheduler instanceof ScheduleConnector ? HeapUse.liveMebibytes(scheduler.pid()) : Double.NaN;
        DueMessages waiting = due("waiting", contender.part(pending), TIME_OF_THE_PENDING, Duration.ofSeconds(1));
        commands.write(waiting);
        Thread.sleep(TIME_TO_SETTLE.toMillis());
        double bytes = scheduler instanceof ScheduleConnector
                ? (HeapUse.liveMebibytes(scheduler.pid()) - heap) * 1024 * 1024 / waiting.count() - VALUE_BYTES
                : Double.NaN;
        double idleBefore = new ProcessUsage(scheduler.pid()).cpuSeconds();
        Thread.sleep(IDLE.toMillis());
        double idle = (new ProcessUsage(scheduler.pid()).cpuSeconds() - idleBefore) / IDLE.toSeconds();

        DueMessages evenly =
                due("evenly", seconds * DUE_IN_A_SECOND, timeToLoad.dividedBy(2), Duration.ofSeconds(seconds));
        commands.write(evenly);
        Arrivals arrived = sent.await(evenly);
        double load = scheduler instanceof ScheduleConnector connector ? connector.measureLoad() : Double.NaN;
        return new Round(
                fired.rate(), cpu, arrived.delays().p50(), arrived.delays().p99(), idle, bytes, load);
    }

    private static DueMessages due(String name, int count, Duration from, Duration span) {
        return new DueMessages(name, count, System.currentTimeMillis() + from.toMillis(), span.toMillis(), VALUE_BYTES);
    }

    private RunningScheduler start(SchedulesContender contender, String name, String requests, String target)
            throws IOException {
        Path files = directory.resolve(name);
        Files.createDirectories(files);
        return switch (contender) {
            case MILLRACE -> new ScheduleConnector(installation, broker, files, name, requests, target);
            case STREAMS, STREAMS_MEMORY ->
                startProcess(
                        name,
                        "streams",
                        "io.millrace.benchmarks.streams.ScheduleStreamProcess",
                        List.of(
                                broker.bootstrapServers(),
                                name,
                                requests,
                                target,
                                contender == SchedulesContender.STREAMS ? files.toString() : ""));
            case DB_SCHEDULER ->
                startProcess(
                        name,
                        "db-scheduler",
                        "io.millrace.benchmarks.dbscheduler.DbSchedulerProcess",
                        List.of(
                                broker.bootstrapServers(),
                                name,
                                requests,
                                target,
                                database.url(database.batchingOption()),
                                ViewDatabase.USER,
                                ViewDatabase.PASSWORD));
        };
    }

    private SchedulerProcess startProcess(String name, String classPath, String mainClass, List<String> words)
            throws IOException {
        PeerProcess process =
                PeerProcess.start(arguments.text(classPath, ""), mainClass, directory.resolve(name + ".log"), words);
        return new SchedulerProcess(process, broker, name);
    }

    @Override
    public void close() {
        broker.close();
        database.close();
    }

    /** Writes commands, and waits until a contender has read them. */
    private final class Commands {
        private final RunningScheduler scheduler;
        private final String requests;
        private final String target;
        private long written;

        Commands(RunningScheduler scheduler, String requests, String target) {
            this.scheduler = scheduler;
            this.requests = requests;
            this.target = target;
        }

        void write(DueMessages messages) throws IOException, InterruptedException {
            ScheduleCommands.write(broker, requests, target, messages);
            written += messages.count();
            long deadline = System.nanoTime() + TIME_TO_READ.toNanos();
            while (scheduler.countReadCommands() < written) {
                Thread.sleep(200);
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            scheduler.countReadCommands() + " commands of " + written + " have been read");
                }
            }
            if (System.currentTimeMillis() > messages.begin()) {
                throw new IllegalStateException(
                        "The commands were not read before the messages were due; give more" + " --load-seconds");
            }
        }
    }
}
