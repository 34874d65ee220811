package io.millrace.benchmarks.claimcheck;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.ProcessUsage;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** A process in which one contender stores payloads and restores them twice: to warm up, and measured. */
public final class RestoreProcess {
    private static final String TOPIC = "restored";
    private static final double NANOS = 1e9;

    private RestoreProcess() {}

    /** Takes the name of one of our contenders before what {@link #restorePayloads} takes. */
    public static void main(String[] words) throws Exception {
        String[] rest = Arrays.copyOfRange(words, 1, words.length);
        restorePayloads(rest, target -> switch (ClaimCheckContender.of(words[0])) {
            case BUDGET -> FieldsRestorer.withinBudget(target);
            case SINK -> FieldsRestorer.inBatches(target);
            case SMT -> new TransformRestorer(target);
            case CONVERTER -> new ConverterRestorer(target);
            case SDK -> new SdkRestorer(target);
            case SOURCE, PASSING, BAKDATA -> throw new IllegalArgumentException(words[0] + " restores nothing here");
        });
    }

    /**
     * Restores payloads, compares every byte of them, and prints seconds, seconds of processor, the most memory in MiB, and the
     * server's seconds of processor.
     *
     * @param words the options, with the credentials in the environment
     * @param open connects a contender to the target of the payloads
     */
    public static void restorePayloads(String[] words, Function<Target, Restorer> open) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words, Set.of(), Set.of("endpoint", "location", "kind", "size", "records", "warm-up", "server"));
        TestPayloads payloads =
                new TestPayloads(TestPayloads.Kind.of(arguments.text("kind", "")), arguments.numberOf("size", 0));
        Target target = Target.of(arguments.text("endpoint", ""), arguments.text("location", ""), System.getenv());
        int records = arguments.numberOf("records", 0);
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        ProcessUsage server = new ProcessUsage(arguments.numberOf("server", 0));
        try (Restorer restorer = open.apply(target)) {
            restorer.store(TOPIC, payloads.payloadsFrom(0, records));
            restoreAll(restorer, payloads, records);
            System.gc();
            double serverCpu = server.cpuSeconds();
            long cpu = system.getProcessCpuTime();
            long start = System.nanoTime();
            restoreAll(restorer, payloads, records);
            double seconds = (System.nanoTime() - start) / NANOS;
            double cpuSeconds = (system.getProcessCpuTime() - cpu) / NANOS;
            double serverSeconds = server.cpuSeconds() - serverCpu;
            long peak = new ProcessUsage(ProcessHandle.current().pid()).peakMebibytes();
            System.out.printf(
                    Locale.ROOT, "%s%f %f %d %f%n", UploadProcess.RESULT, seconds, cpuSeconds, peak, serverSeconds);
        }
    }

    private static void restoreAll(Restorer restorer, TestPayloads payloads, int records) throws Exception {
        RestoredPayloads restored = new RestoredPayloads(payloads);
        restorer.restore(restored::addPayload);
        restored.requireAll(records);
    }
}
