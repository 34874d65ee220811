package io.millrace.benchmarks.claimcheck;

import io.millrace.benchmarks.harness.Arguments;
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
    private static final List<Contender> ALL =
            List.of(Contender.SOURCE, Contender.SMT, Contender.CONVERTER, Contender.BAKDATA, Contender.SDK);
    /** What the last line is about. */
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
        Arguments arguments = new Arguments(
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
        int rounds = arguments.number("rounds", quick ? 1 : 3);
        List<Contender> contenders = chosen(arguments, "only", ALL.stream().map(Contender::label)).stream()
                .map(Contender::of)
                .toList();
        try (Bucket bucket = new Bucket(
                Installation.locate(),
                Path.of(arguments.text("objects", directory.toString())).resolve("s3"))) {
            ClaimCheckBenchmark benchmark = new ClaimCheckBenchmark(
                    bucket, new UploadRun(directory, arguments.text("peer-class-path", ""), arguments.has("profile")));
            benchmark.store(contenders, loads(arguments), rounds, arguments.number("megabytes", quick ? 64 : 512));
            if (arguments.text("memory", "yes").equals("yes")) {
                benchmark.fill(rounds);
            }
            benchmark.print();
        }
    }

    private static List<UploadRun.Load> loads(Arguments arguments) {
        List<UploadRun.Load> loads = new ArrayList<>();
        Stream<String> kinds = Stream.of(TestPayloads.Kind.values()).map(TestPayloads.Kind::label);
        for (String kind : chosen(arguments, "payload", kinds)) {
            for (String size : chosen(arguments, "size", SIZES.stream().map(each -> Integer.toString(each / KIBI)))) {
                for (String delay : chosen(arguments, "delay", DELAYS.stream().map(each -> Integer.toString(each)))) {
                    loads.add(new UploadRun.Load(
                            TestPayloads.Kind.of(kind), Integer.parseInt(size) * KIBI, Integer.parseInt(delay)));
                }
            }
        }
        return loads;
    }

    private static List<String> chosen(Arguments arguments, String option, Stream<String> all) {
        String chosen = arguments.text(option, "");
        return chosen.isEmpty() ? all.toList() : List.of(chosen.split(",", -1));
    }

    private void store(List<Contender> contenders, List<UploadRun.Load> loads, int rounds, int megabytes)
            throws IOException, InterruptedException {
        // A server that has just started compiles, too; that is not to be the first contender's.
        for (int delay : loads.stream().map(UploadRun.Load::delayMs).distinct().toList()) {
            UploadRun.Load warmUp = new UploadRun.Load(TestPayloads.Kind.INCOMPRESSIBLE, MEBI, delay);
            measure(Contender.SDK, warmUp, SERVER_WARM_UP, HEAP);
        }
        for (int round = 0; round < rounds; round++) {
            for (UploadRun.Load load : loads) {
                List<Contender> order = new ArrayList<>(contenders);
                // They take turns in being the first, too.
                Collections.rotate(order, round);
                int records = (int) Math.min(MOST_RECORDS, (long) megabytes * MEBI / load.size());
                for (Contender contender : order) {
                    figures.add(load, contender, records, measure(contender, load, records, HEAP));
                }
            }
        }
    }

    /** Warms up with as much as is measured, so that Java's compiler is mostly done with what it compiles. */
    private UploadRun.Result measure(Contender contender, UploadRun.Load load, int records, String... jvm)
            throws IOException, InterruptedException {
        Target target = bucket.target(load.delayMs());
        double serverBefore = bucket.cpuSeconds(load.delayMs());
        UploadRun.Result result = run.run(contender, load, records, records, target, jvm);
        double ofServer = bucket.cpuSeconds(load.delayMs()) - serverBefore;
        StoredPayloads stored = bucket.stored(target, load.delayMs());
        if (contender != Contender.PASSING) {
            stored.requireAll(new TestPayloads(load.kind(), load.size()), load.size(), records);
        }
        stored.delete();
        // It has also had the payloads that warmed up.
        return result.withServer(ofServer / 2);
    }

    private void fill(int rounds) throws IOException, InterruptedException {
        for (int round = 0; round < rounds; round++) {
            for (int mebibytes : BatchMemory.BATCHES) {
                for (Contender contender : BatchMemory.CONTENDERS) {
                    UploadRun.Result result =
                            measure(contender, HEADLINE, 2 * BatchMemory.LARGEST, BatchMemory.jvm(mebibytes * MEBI));
                    memory.add(mebibytes, contender, result.peakMebibytes());
                }
            }
        }
    }

    private void print() {
        figures.print(System.out);
        memory.print(System.out);
        figures.ratio(HEADLINE, Contender.SOURCE, Contender.SDK)
                .ifPresent(ratio ->
                        System.out.printf(Locale.ROOT, "ClaimCheckSource reaches %.2f of the AWS SDK%n", ratio));
        figures.ratio(HEADLINE, Contender.SOURCE, Contender.BAKDATA)
                .ifPresent(ratio -> System.out.printf(Locale.ROOT, "ratio %.2f%n", ratio));
    }
}
