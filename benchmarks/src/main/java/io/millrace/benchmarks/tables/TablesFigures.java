package io.millrace.benchmarks.tables;

import io.millrace.benchmarks.harness.Median;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The figures of the contenders, and how they are printed. */
final class TablesFigures {
    /**
     * One load, and the reads behind it.
     *
     * @param seconds until the table was complete
     * @param heapBytes the live heap that it holds
     * @param peakMebibytes the most memory of the process until then
     * @param nanosAlone the nanoseconds of a read by one thread
     * @param nanosTogether those of a read while another thread reads too
     * @param bytesOfRead the bytes that a read allocates
     * @param nanosOfFew the nanoseconds of a read by one thread that reads few keys
     */
    record Load(
            double seconds,
            double heapBytes,
            double peakMebibytes,
            double nanosAlone,
            double nanosTogether,
            double bytesOfRead,
            double nanosOfFew) {
        static Load of(String line) {
            String[] figures = line.split(" ", 7);
            return new Load(
                    Double.parseDouble(figures[0]),
                    Double.parseDouble(figures[1]),
                    Double.parseDouble(figures[2]),
                    Double.parseDouble(figures[3]),
                    Double.parseDouble(figures[4]),
                    Double.parseDouble(figures[5]),
                    Double.parseDouble(figures[6]));
        }
    }

    private final int keys;
    private final long records;
    private final int entryBytes;
    private final Map<Integer, Map<TableContender, List<Load>>> loads = new TreeMap<>();

    /** Figures of topics with so many keys and records; an entry has so many bytes of key and value. */
    TablesFigures(int keys, long records, int entryBytes) {
        this.keys = keys;
        this.records = records;
        this.entryBytes = entryBytes;
    }

    void add(int partitions, TableContender contender, Load load) {
        loads.computeIfAbsent(partitions, key -> new EnumMap<>(TableContender.class))
                .computeIfAbsent(contender, key -> new ArrayList<>())
                .add(load);
    }

    /** Prints medians, and in the last line how many times as fast as KCache Millrace loads, with the partitions where that is less. */
    void print(PrintStream out) {
        double ratio = Double.MAX_VALUE;
        for (Map.Entry<Integer, Map<TableContender, List<Load>>> entry : loads.entrySet()) {
            Map<TableContender, List<Load>> measured = entry.getValue();
            out.printf(Locale.ROOT, "%d partitions, %,d records of %,d keys%n", entry.getKey(), records, keys);
            measured.forEach((contender, of) -> print(out, contender, of, measured));
            if (measured.containsKey(TableContender.MILLRACE) && measured.containsKey(TableContender.KCACHE)) {
                ratio = Math.min(ratio, rateRatio(measured, TableContender.MILLRACE, TableContender.KCACHE));
            }
        }
        if (ratio < Double.MAX_VALUE) {
            out.printf(Locale.ROOT, "ratio %.2f%n", ratio);
        }
    }

    private void print(
            PrintStream out, TableContender contender, List<Load> of, Map<TableContender, List<Load>> measured) {
        String ceiling = measured.containsKey(TableContender.CONSUMER)
                ? String.format(
                        Locale.ROOT, " (%.2f of the consumer)", rateRatio(measured, contender, TableContender.CONSUMER))
                : "";
        out.printf(
                Locale.ROOT,
                "    %-22s %9.0f records/s%s",
                contender.label(),
                records / median(of, Load::seconds),
                ceiling);
        if (contender != TableContender.CONSUMER) {
            out.printf(
                    Locale.ROOT,
                    ", %.1f B of heap beyond key and value, at most %.0f MiB, a read %.0f ns (%.0f ns with 2 threads; %.0f ns of few keys), %.0f B",
                    median(of, Load::heapBytes) / keys - entryBytes,
                    median(of, Load::peakMebibytes),
                    median(of, Load::nanosAlone),
                    median(of, Load::nanosTogether),
                    median(of, Load::nanosOfFew),
                    median(of, Load::bytesOfRead));
        }
        out.println();
    }

    /** How many times as fast as the other one a contender loads: the median of the rounds. */
    private static double rateRatio(
            Map<TableContender, List<Load>> measured, TableContender contender, TableContender other) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < measured.get(contender).size(); round++) {
            ratios.add(measured.get(other).get(round).seconds()
                    / measured.get(contender).get(round).seconds());
        }
        return Median.of(ratios);
    }

    private static double median(List<Load> loads, ToDoubleFunction<Load> figure) {
        return Median.of(loads.stream().mapToDouble(figure).boxed().toList());
    }
}
