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

/** Has contenders store the same payloads on one S3 server in turn, near and far away. */
final class ClaimCheckBenchmark {
    private static final int KIBI = 1024;
    private static final int MEBI = KIBI * KIBI;
    private static final List<Integer> SIZES = List.of(64 * KIBI, MEBI, 16 * MEBI);
    private static final List<Integer> DELAYS = List.of(0, 20);
    private static final List<ClaimCheckContender> ALL = List.of(
            ClaimCheckContender.SOURCE,
            ClaimCheckContender.SMT,
            ClaimCheckContender.CONVERTER,
            ClaimCheckContender.BAKDATA,
            ClaimCheckContender.SDK);
    /** The subject of the last line. */
    private static final UploadRun.Load HEADLINE = new UploadRun.Load(TestPayloads.Kind.INCOMPRESSIBLE, MEBI, 20);
    /** The ceiling has 32 payloads of 16 MiB under way. */
    private static final String[] HEAP = {"-XX:+UseParallelGC", "-Xms1536m", "-Xmx1536m"};

    /** Of 64 KiB, they are less than all megabytes: far away, each costs the peer the delay. */
    private static final int MOST_RECORDS = 2048;

    /** Of 1 MiB, twice. */
    private static final int SERVER_WARM_UP = 128;

    private final Bucket bucket;
    private final UploadRun run;
    private final ClaimCheckFigures figures = new ClaimCheckFigures();
    private final BatchMemory memory = new BatchMemory();

    private ClaimCheckBenchmark(Bucket bucket, UploadRun run) {
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
                        "memory",
                        "megabytes"));
        Path directory = Path.of(arguments.text("directory", ""));
        boolean quick = arguments.has("quick");
        int rounds = arguments.numberOf("rounds", quick ? 1 : 3);
        List<ClaimCheckContender> contenders =
                chosenOptions(arguments, "only", ALL.stream().map(ClaimCheckContender::label)).stream()
                        .map(ClaimCheckContender::of)
                        .toList();
        try (Bucket bucket = new Bucket(
                Installation.locate(),
                Path.of(arguments.text("objects", directory.toString())).resolve("s3"))) {
            ClaimCheckBenchmark benchmark = new ClaimCheckBenchmark(
                    bucket, new UploadRun(directory, arguments.text("peer-class-path", ""), arguments.has("profile")));
            benchmark.storePayloads(
                    contenders, chosenLoads(arguments), rounds, arguments.numberOf("megabytes", quick ? 64 : 512));
            if (arguments.text("memory", "yes").equals("yes")) {
                benchmark.fillMemory(rounds);
            }
            benchmark.printFigures();
        }
    }

    private static List<UploadRun.Load> chosenLoads(BenchmarkArguments arguments) {
        List<UploadRun.Load> loads = new ArrayList<>();
        Stream<String> kinds = Stream.of(TestPayloads.Kind.values()).map(TestPayloads.Kind::label);
        for (String kind : chosenOptions(arguments, "payload", kinds)) {
            for (String size :
                    chosenOptions(arguments, "size", SIZES.stream().map(each -> Integer.toString(each / KIBI)))) {
                for (String delay :
                        chosenOptions(arguments, "delay", DELAYS.stream().map(each -> Integer.toString(each)))) {
                    loads.add(new UploadRun.Load(
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

    private void storePayloads(
            List<ClaimCheckContender> contenders, List<UploadRun.Load> loads, int rounds, int megabytes)
            throws IOException, InterruptedException {
        // A server that has just started compiles, too; that is not to be the first contender's.
        for (int delay : loads.stream().map(UploadRun.Load::delayMs).distinct().toList()) {
            UploadRun.Load warmUp = new UploadRun.Load(TestPayloads.Kind.INCOMPRESSIBLE, MEBI, delay);
            measureUpload(ClaimCheckContender.SDK, warmUp, SERVER_WARM_UP, HEAP);
        }
        for (int round = 0; round < rounds; round++) {
            for (UploadRun.Load load : loads) {
                List<ClaimCheckContender> order = new ArrayList<>(contenders);
                // They take turns in being the first, too.
                Collections.rotate(order, round);
                int records = (int) Math.min(MOST_RECORDS, (long) megabytes * MEBI / load.size());
                for (ClaimCheckContender contender : order) {
                    figures.addResult(load, contender, records, measureUpload(contender, load, records, HEAP));
                }
            }
        }
    }

    /** Warms up with as much as is measured, so that Java's compiler is mostly done with what it compiles. */
    private UploadRun.Result measureUpload(
            ClaimCheckContender contender, UploadRun.Load load, int records, String... jvm)
            throws IOException, InterruptedException {
        Target target = bucket.targetOf(load.delayMs());
        double serverBefore = bucket.cpuSeconds(load.delayMs());
        UploadRun.Result result = run.runProcess(contender, load, records, records, target, jvm);
        double ofServer = bucket.cpuSeconds(load.delayMs()) - serverBefore;
        StoredPayloads stored = bucket.stored(target, load.delayMs());
        if (contender != ClaimCheckContender.PASSING) {
            stored.requireAll(new TestPayloads(load.kind(), load.size()), load.size(), records);
        }
        stored.deleteAll();
        // It has also had the payloads that warmed up.
        return result.withServer(ofServer / 2);
    }

    private void fillMemory(int rounds) throws IOException, InterruptedException {
        for (int round = 0; round < rounds; round++) {
            for (int mebibytes : BatchMemory.BATCHES) {
                for (ClaimCheckContender contender : BatchMemory.CONTENDERS) {
                    UploadRun.Result result = measureUpload(
                            contender, HEADLINE, 2 * BatchMemory.LARGEST, BatchMemory.jvm(mebibytes * MEBI));
                    memory.addPeak(mebibytes, contender, result.peakMebibytes());
                }
            }
        }
    }

    private void printFigures() {
        figures.printTable(System.out);
        memory.printTable(System.out);
        figures.ratioTo(HEADLINE, ClaimCheckContender.SOURCE, ClaimCheckContender.SDK)
                .ifPresent(ratio -> System.out.printf(Locale.ROOT, "EventSource reaches %.2f of the AWS SDK%n", ratio));
        figures.ratioTo(HEADLINE, ClaimCheckContender.SOURCE, ClaimCheckContender.BAKDATA)
                .ifPresent(ratio -> System.out.printf(Locale.ROOT, "ratio %.2f%n", ratio));
    }
}
