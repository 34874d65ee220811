package io.millrace.benchmarks.spool;

import io.millrace.benchmarks.harness.Median;
import io.millrace.benchmarks.harness.Percentiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints the medians of all rounds. */
final class SpoolFigures {
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();
    /** The rate of each contender in each round. */
    private final Map<String, List<Double>> rates = new LinkedHashMap<>();

    void addRate(String contender, double recordsPerSecond) {
        rates.computeIfAbsent(contender, key -> new ArrayList<>()).add(recordsPerSecond);
        add(contender + ", records/s", recordsPerSecond);
    }

    void addWaits(String contender, int rate, Percentiles waits) {
        add(contender + ", ms to the answer at " + rate + "/s, p50", waits.p50());
        add(contender + ", ms to the answer at " + rate + "/s, p99", waits.p99());
    }

    void add(String name, double figure) {
        System.err.printf(Locale.ROOT, "%s: %.2f%n", name, figure);
        figures.computeIfAbsent(name, key -> new ArrayList<>()).add(figure);
    }

    void print() {
        figures.forEach((name, values) -> System.out.printf(Locale.ROOT, "%-64s%14.2f%n", name, Median.of(values)));
        if (!rates.isEmpty()) {
            System.out.printf(Locale.ROOT, "ratio %.2f%n", ratio());
        }
    }

    /** Compared values were measured in the same seconds, so other load affects both. */
    private double ratio() {
        List<Double> ours = rates.get(SpoolBenchmark.MILLRACE);
        List<Double> plain = rates.get(SpoolBenchmark.PLAIN);
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ours.size(); round++) {
            ratios.add(ours.get(round) / plain.get(round));
        }
        return Median.of(ratios);
    }
}
