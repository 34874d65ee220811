package io.millrace.benchmarks.claimcheck;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.testing.servers.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Has contenders store or restore the same payloads on one S3 server in turn, near and far away. */
final class ClaimCheckBenchmark {
    private static final int KIBI = 1024;
    private static final int MEBI = KIBI * KIBI;
    private static final List<Integer> SIZES = List.of(64 * KIBI, MEBI, 16 * MEBI);
    private static final List<Integer> DELAYS = List.of(0, 20);
    /** The subject of the last line. */
    private static final ContenderRun.Load HEADLINE = new ContenderRun.Load(TestPayloads.Kind.INCOMPRESSIBLE, MEBI, 20);
    /** The ceiling has 32 payloads of 16 MiB under way. */
    private static final String[] HEAP = {"-XX:+UseParallelGC", "-Xms1536m", "-Xmx1536m"};

    /** Of 64 KiB, they are less than all megabytes: far away, each costs the peer the delay. */
    private static final int MOST_RECORDS = 2048;

    /** Of 1 MiB, twice. */
    private static final int SERVER_WARM_UP = 128;

    private final Bucket bucket;
    private final ContenderRun run;
    private final Direction direction;
    private final ClaimCheckFigures figures;
    private final BatchMemory memory = new BatchMemory();

    private ClaimCheckBenchmark(Direction direction, Bucket bucket, ContenderRun run) {
        this.direction = direction;
        this.figures = new ClaimCheckFigures(direction.compared());
        this.bucket = bucket;
        this.run = run;
    }

    /** Takes an empty directory, perhaps one for the server's data, the peer's class path, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words,
                Set.of("quick", "profile"),
                Set.of(
                        "directory",
                        "objects",
                        "peers",
                        "peer-class-path",
                        "rounds",
                        "size",
                        "delay",
                        "payload",
                        "only",
                        "direction",
                        "memory",
                        "megabytes"));
        Path directory = Path.of(arguments.text("directory", ""));
        boolean quick = arguments.has("quick");
        int rounds = arguments.numberOf("rounds", quick ? 1 : 3);
        Direction direction = Direction.of(arguments.text("direction", "store"));
        Stream<String> all = direction.contenders().stream().map(ClaimCheckContender::label);
        List<ClaimCheckContender> contenders = chosenOptions(arguments, "only", all).stream()
                .map(ClaimCheckContender::of)
                .toList();
        try (Bucket bucket = new Bucket(
                Installation.locate(),
                Path.of(arguments.text("objects", directory.toString())).resolve("s3"))) {
            ClaimCheckBenchmark benchmark = new ClaimCheckBenchmark(
                    direction,
                    bucket,
                    new ContenderRun(
                            direction, directory, arguments.text("peer-class-path", ""), arguments.has("profile")));
            benchmark.runContenders(
                    contenders, chosenLoads(arguments), rounds, arguments.numberOf("megabytes", quick ? 64 : 512));
            if (direction == Direction.STORE && arguments.text("memory", "yes").equals("yes")) {
                benchmark.fillMemory(rounds);
            }
            benchmark.printFigures();
        }
    }

    private static List<ContenderRun.Load> chosenLoads(BenchmarkArguments arguments) {
        List<ContenderRun.Load> loads = new ArrayList<>();
        Stream<String> kinds = Stream.of(TestPayloads.Kind.values()).map(TestPayloads.Kind::label);
        for (String kind : chosenOptions(arguments, "payload", kinds)) {
            for (String size :
                    chosenOptions(arguments, "size", SIZES.stream().map(each -> Integer.toString(each / KIBI)))) {
                for (String delay :
                        chosenOptions(arguments, "delay", DELAYS.stream().map(each -> Integer.toString(each)))) {
                    loads.add(new ContenderRun.Load(
                            TestPayloads.Kind.of(kind), Integer.parseInt(size) * KIBI, Integer.parseInt(delay)));
                }
            }
        }
        return loads;
    }

    private static List<String> chosenOptions(BenchmarkArguments arguments, String option, Stream<String> all) {
        String chosen = arguments.text(option, "");
        return chosen.isEmpty() ? all.toList() : List.of(chosen.split(",", -1));
    }

    private void runContenders(
            List<ClaimCheckContender> contenders, List<ContenderRun.Load> loads, int rounds, int megabytes)
            throws IOException, InterruptedException {
        // A server that has just started compiles, too; that is not to be the first contender's.
        for (int delay :
                loads.stream().map(ContenderRun.Load::delayMs).distinct().toList()) {
            ContenderRun.Load warmUp = new ContenderRun.Load(TestPayloads.Kind.INCOMPRESSIBLE, MEBI, delay);
            measure(ClaimCheckContender.SDK, warmUp, SERVER_WARM_UP, HEAP);
        }
        for (int round = 0; round < rounds; round++) {
            for (ContenderRun.Load load : loads) {
                List<ClaimCheckContender> order = new ArrayList<>(contenders);
                // They take turns in being the first, too.
                Collections.rotate(order, round);
                int records = (int) Math.min(MOST_RECORDS, (long) megabytes * MEBI / load.size());
                for (ClaimCheckContender contender : order) {
                    figures.addResult(load, contender, records, measure(contender, load, records, HEAP));
                }
            }
        }
    }

    /** Warms up with as much as is measured, so that Java's compiler is mostly done with what it compiles. */
    private ContenderRun.Result measure(
            ClaimCheckContender contender, ContenderRun.Load load, int records, String... jvm)
            throws IOException, InterruptedException {
        Target target = bucket.targetOf(load.delayMs());
        ContenderRun.Result result =
                run.runProcess(contender, load, records, records, target, bucket.pid(load.delayMs()), jvm);
        StoredPayloads stored = bucket.stored(target, load.delayMs());
        if (direction == Direction.STORE && contender != ClaimCheckContender.PASSING) {
            stored.requireAll(new TestPayloads(load.kind(), load.size()), load.size(), records);
        }
        stored.deleteAll();
        return result;
    }

    private void fillMemory(int rounds) throws IOException, InterruptedException {
        for (int round = 0; round < rounds; round++) {
            for (int mebibytes : BatchMemory.BATCHES) {
                for (ClaimCheckContender contender : BatchMemory.CONTENDERS) {
                    ContenderRun.Result result =
                            measure(contender, HEADLINE, 2 * BatchMemory.LARGEST, BatchMemory.jvm(mebibytes * MEBI));
                    memory.addPeak(mebibytes, contender, result.peakMebibytes());
                }
            }
        }
    }

    private void printFigures() {
        figures.printTable(System.out);
        memory.printTable(System.out);
        if (direction == Direction.RESTORE) {
            figures.ratioTo(HEADLINE, ClaimCheckContender.BUDGET, ClaimCheckContender.SMT)
                    .ifPresent(ratio -> System.out.printf(
                            Locale.ROOT, "together %.2f times as fast as one after the other%n", ratio));
            return;
        }
        figures.ratioTo(HEADLINE, ClaimCheckContender.SOURCE, ClaimCheckContender.SDK)
                .ifPresent(ratio -> System.out.printf(Locale.ROOT, "EventSource reaches %.2f of the AWS SDK%n", ratio));
        figures.ratioTo(HEADLINE, ClaimCheckContender.SOURCE, ClaimCheckContender.BAKDATA)
                .ifPresent(ratio -> System.out.printf(Locale.ROOT, "ratio %.2f%n", ratio));
    }
}
