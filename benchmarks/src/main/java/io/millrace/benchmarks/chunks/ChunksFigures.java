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

/** What the rounds gave, and their medians. */
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

    /** What is measured: payloads of so many bytes, by whom, which way. */
    record Figure(int size, String who, String what) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%6d KiB  %-9s %-7s", size / KIBI, who, what);
        }
    }

    /** What the clock says, and how much of the processor this process has used. */
    record Usage(long nanos, long processorNanos) {
        static Usage now() {
            return new Usage(
                    System.nanoTime(),
                    ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                            .getProcessCpuTime());
        }
    }

    void add(Figure figure, long bytes, Usage start, Usage end) {
        double rate = bytes / MEGA / ((end.nanos() - start.nanos()) / GIGA);
        double seconds = (end.processorNanos() - start.processorNanos()) / (double) bytes;
        rates.computeIfAbsent(figure, ignored -> new ArrayList<>()).add(rate);
        processor.computeIfAbsent(figure, ignored -> new ArrayList<>()).add(seconds);
        System.err.printf(Locale.ROOT, "%s %6.0f MB/s %5.2f CPU s/GB%n", figure, rate, seconds);
    }

    void print(PrintStream out, List<Integer> sizes) {
        out.println("   payload  by                  MB/s  CPU s/GB");
        rates.forEach((figure, each) ->
                out.printf(Locale.ROOT, "%s %6.0f %9.2f%n", figure, Median.of(each), Median.of(processor.get(figure))));
        double least = Double.MAX_VALUE;
        for (int size : sizes) {
            double ratio = ratio(size);
            out.printf(Locale.ROOT, "%d KiB: stored %.2f times as fast as plain messages%n", size / KIBI, ratio);
            least = Math.min(least, ratio);
        }
        out.printf(Locale.ROOT, "ratio %.2f%n", least);
    }

    /** The median of the rounds' ratios: what is compared was measured in the same second, whatever else went on then. */
    private double ratio(int size) {
        List<Double> ours = rates.get(new Figure(size, OURS, STORES));
        List<Double> plain = rates.get(new Figure(size, PLAIN, STORES));
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i) / plain.get(i));
        }
        return Median.of(ratios);
    }
}
