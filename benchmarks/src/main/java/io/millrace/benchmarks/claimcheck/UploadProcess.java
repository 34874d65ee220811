package io.millrace.benchmarks.claimcheck;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.ProcessUsage;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** A process in which one contender stores payloads: some to warm up, then those that are measured. */
public final class UploadProcess {
    static final String WARM_UP = "warm-up";
    static final String MEASURED = "measured";
    /** The beginning of the line with its figures. */
    static final String RESULT = "result ";

    private static final double NANOS = 1e9;

    private UploadProcess() {}

    /** Takes the name of one of our contenders before what {@link #uploadPayloads} takes. */
    public static void main(String[] words) throws Exception {
        String[] rest = java.util.Arrays.copyOfRange(words, 1, words.length);
        int batchBytes = Integer.getInteger("batch.bytes", 64 * 1024 * 1024);
        uploadPayloads(rest, target -> switch (ClaimCheckContender.of(words[0])) {
            case SOURCE -> new SourceUploader(target, batchBytes, Target.THRESHOLD_BYTES);
            case PASSING -> new SourceUploader(target, batchBytes, Integer.MAX_VALUE);
            case SMT -> new TransformUploader(target);
            case CONVERTER -> new ConverterUploader(target);
            case SDK -> new SdkUploader(target);
            case BAKDATA -> throw new IllegalArgumentException("It has a class path of its own");
            case BUDGET, SINK -> throw new IllegalArgumentException(words[0] + " stores nothing");
        });
    }

    /**
     * Stores payloads and prints seconds, seconds of processor, the most memory in MiB, and the server's seconds of processor.
     *
     * @param words the options, with the credentials in the environment
     * @param open connects a contender to the target of the payloads
     */
    public static void uploadPayloads(String[] words, Function<Target, Uploader> open) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words, Set.of(), Set.of("endpoint", "location", "kind", "size", "records", "warm-up", "server"));
        TestPayloads payloads =
                new TestPayloads(TestPayloads.Kind.of(arguments.text("kind", "")), arguments.numberOf("size", 0));
        Target target = Target.of(arguments.text("endpoint", ""), arguments.text("location", ""), System.getenv());
        int records = arguments.numberOf("records", 0);
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        ProcessUsage server = new ProcessUsage(arguments.numberOf("server", 0));
        try (Uploader uploader = open.apply(target)) {
            uploader.store(WARM_UP, payloads.payloadsFrom(records, arguments.numberOf("warm-up", 0)));
            System.gc();
            double serverCpu = server.cpuSeconds();
            long cpu = system.getProcessCpuTime();
            long start = System.nanoTime();
            uploader.store(MEASURED, payloads.payloadsFrom(0, records));
            double seconds = (System.nanoTime() - start) / NANOS;
            double cpuSeconds = (system.getProcessCpuTime() - cpu) / NANOS;
            double serverSeconds = server.cpuSeconds() - serverCpu;
            long peak = new ProcessUsage(ProcessHandle.current().pid()).peakMebibytes();
            System.out.printf(Locale.ROOT, "%s%f %f %d %f%n", RESULT, seconds, cpuSeconds, peak, serverSeconds);
        }
    }
}
