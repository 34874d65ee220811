package io.millrace.benchmarks.redrive;

import io.millrace.benchmarks.harness.Median;
import io.millrace.benchmarks.harness.Percentiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Prints the medians of all rounds. */
final class RedriveFigures {
    private final Map<String, List<Double>> figures = new TreeMap<>();
    private long violations;

    void addRate(String contender, double lettersPerSecond, double cpuOfMillion, double headerBytes) {
        add(contender + ", letters/s", lettersPerSecond);
        add(contender + ", CPU s for a million letters", cpuOfMillion);
        add(contender + ", bytes of headers of a letter that has come back", headerBytes);
    }

    void addDelays(String contender, String backoff, Percentiles errors) {
        add(contender + ", ms after " + backoff + ", p50", errors.p50());
        add(contender + ", ms after " + backoff + ", p99", errors.p99());
    }

    void addViolations(String contender, long found, long events) {
        add(contender + ", rows out of order of " + events, (double) found);
        if (contender.equals(RedriveBenchmark.MILLRACE)) {
            violations += found;
        }
    }

    private void add(String name, double figure) {
        System.err.printf(Locale.ROOT, "%s: %.1f%n", name, figure);
        figures.computeIfAbsent(name, key -> new ArrayList<>()).add(figure);
    }

    void print() {
        figures.forEach((name, values) -> System.out.printf(Locale.ROOT, "%-64s%14.1f%n", name, Median.of(values)));
        System.out.println("violations " + violations);
    }
}
