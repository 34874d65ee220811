package io.millrace.benchmarks.chunks;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.benchmarks.harness.Median;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results of the rounds, and their medians. */
final class ChunksFigures {
    static final String OURS = "Millrace";
    static final String PLAIN = "plain";
    static final String STORES = "stores";
    static final String READS = "reads";

    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;
    private static final int KIBI = 1024;

    private final Map<Figure, List<Double>> rates = new LinkedHashMap<>();
    private final Map<Figure, List<Double>> processor = new LinkedHashMap<>();

    /** A measurement: the size of the payloads, the contender and the direction. */
    record Figure(int size, String who, String what) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%6d KiB  %-9s %-7s", size / KIBI, who, what);
        }
    }

    /** The time, and the processor time that this process has used. */
    record Usage(long nanos, long processorNanos) {
        static Usage now() {
            return new Usage(
                    System.nanoTime(),
                    ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                            .getProcessCpuTime());
        }
    }

    void addMeasurement(Figure figure, long bytes, Usage start, Usage end) {
        double rate = bytes / MEGA / ((end.nanos() - start.nanos()) / GIGA);
        double seconds = (end.processorNanos() - start.processorNanos()) / (double) bytes;
        rates.computeIfAbsent(figure, ignored -> new ArrayList<>()).add(rate);
        processor.computeIfAbsent(figure, ignored -> new ArrayList<>()).add(seconds);
        System.err.printf(Locale.ROOT, "%s %6.0f MB/s %5.2f CPU s/GB%n", figure, rate, seconds);
    }

    void printTable(PrintStream out, List<Integer> sizes) {
        out.println("   payload  by                  MB/s  CPU s/GB");
        rates.forEach((figure, each) ->
                out.printf(Locale.ROOT, "%s %6.0f %9.2f%n", figure, Median.of(each), Median.of(processor.get(figure))));
        for (int size : sizes) {
            out.printf(
                    Locale.ROOT,
                    "%d KiB: stored %.2f times as fast as plain messages%n",
                    size / KIBI,
                    ratioOf(List.of(size)));
        }
        out.printf(Locale.ROOT, "ratio %.2f%n", ratioOf(sizes));
    }

    /**
     * How many times as fast as plain messages the payloads of these sizes are stored, the same bytes of each size: the
     * median of the rounds' ratios. Compared values were measured in the same seconds, so other load affects both.
     */
    private double ratioOf(List<Integer> sizes) {
        int rounds = rates.values().iterator().next().size();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            double ours = 0;
            double plain = 0;
            for (int size : sizes) {
                ours += 1 / rates.get(new Figure(size, OURS, STORES)).get(round);
                plain += 1 / rates.get(new Figure(size, PLAIN, STORES)).get(round);
            }
            ratios.add(plain / ours);
        }
        return Median.of(ratios);
    }
}
