package io.millrace.benchmarks.source;

import io.millrace.benchmarks.harness.Median;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The medians of all rounds, as a table for each shape. */
final class SourceFigures {
    private final Map<SourceShape, Map<SourceContender, List<SourceMeasurement>>> rounds =
            new EnumMap<>(SourceShape.class);

    void addRun(SourceShape shape, SourceContender contender, SourceMeasurement run) {
        rounds.computeIfAbsent(shape, any -> new EnumMap<>(SourceContender.class))
                .computeIfAbsent(contender, any -> new ArrayList<>())
                .add(run);
    }

    /**
     * Prints everything. If they were measured, the last line has the ratio of Millrace's connector to Debezium's, with
     * single-row statements of one table.
     */
    void printTable(PrintStream out) {
        rounds.forEach((shape, contenders) -> {
            out.println(shape);
            out.printf(
                    Locale.ROOT,
                    "  %-24s%12s%16s%14s%12s%14s%n",
                    "",
                    "changes/s",
                    "CPU s/million",
                    "bytes/change",
                    "peak MiB",
                    "caught up, s");
            contenders.forEach((contender, runs) -> out.printf(
                    Locale.ROOT,
                    "  %-24s%12.0f%16.1f%14.0f%12.0f%14.1f%n",
                    contender.label(),
                    median(runs, SourceMeasurement::rate),
                    median(runs, SourceMeasurement::cpuSeconds),
                    median(runs, SourceMeasurement::bytes),
                    median(runs, SourceMeasurement::peakMebibytes),
                    median(runs, SourceMeasurement::seconds)));
            printRatio(out, shape, SourceContender.MILLRACE, SourceContender.DEBEZIUM);
            printRatio(out, shape, SourceContender.MILLRACE, SourceContender.DEBEZIUM_TRANSFORMS);
            printRatio(out, shape, SourceContender.MILLRACE, SourceContender.DEBEZIUM_MILLRACE);
            printRatio(out, shape, SourceContender.MILLRACE_STREAMING, SourceContender.DEBEZIUM);
        });
        ratio(SourceShape.SINGLE_ROW, SourceContender.MILLRACE, SourceContender.DEBEZIUM)
                .ifPresent(ratio -> out.printf(Locale.ROOT, "ratio %.2f%n", ratio));
    }

    private void printRatio(PrintStream out, SourceShape shape, SourceContender contender, SourceContender other) {
        ratio(shape, contender, other)
                .ifPresent(
                        ratio -> out.printf(Locale.ROOT, "  %s to %s %.2f%n", contender.label(), other.label(), ratio));
    }

    /** The median of the ratios of the rounds' changes in a second. */
    private OptionalDouble ratio(SourceShape shape, SourceContender contender, SourceContender other) {
        List<SourceMeasurement> runs = rounds.getOrDefault(shape, Map.of()).getOrDefault(contender, List.of());
        List<SourceMeasurement> others = rounds.getOrDefault(shape, Map.of()).getOrDefault(other, List.of());
        if (runs.isEmpty() || others.isEmpty()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Median.ofRatios(rates(runs), rates(others)));
    }

    private static List<Double> rates(List<SourceMeasurement> runs) {
        return runs.stream().map(SourceMeasurement::rate).toList();
    }

    private static double median(List<SourceMeasurement> runs, ToDoubleFunction<SourceMeasurement> value) {
        return Median.of(runs.stream().mapToDouble(value).boxed().toList());
    }
}
