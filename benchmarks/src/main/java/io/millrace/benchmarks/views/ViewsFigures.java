package io.millrace.benchmarks.views;

import io.millrace.benchmarks.harness.Median;
import io.millrace.benchmarks.harness.ViewDatabase;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The medians of all rounds, as a table. */
final class ViewsFigures {
    private static final ViewContender UPSERT = new ViewContender(ViewMode.UPSERT, ViewContender.Way.SINK);

    private final Map<String, Map<ViewContender, List<ViewSpeed>>> speeds = new LinkedHashMap<>();

    void addSpeed(ViewDatabase database, ViewContender contender, ViewSpeed speed) {
        speeds.computeIfAbsent(database.name(), any -> new LinkedHashMap<>())
                .computeIfAbsent(contender, any -> new ArrayList<>())
                .add(speed);
    }

    /**
     * Prints everything; if {@code upsert} was measured, the last line has the lowest ratio of the warm rows per second of
     * another kind of projection to those of {@code upsert}, of both databases.
     */
    void printTable(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%-12s%-23s%-23s%12s%12s%14s%10s%11s%n",
                "database",
                "view",
                "written by",
                "cold rows/s",
                "warm rows/s",
                "CPU s/million",
                "peak MiB",
                "of upsert");
        speeds.forEach((database, contenders) -> contenders.forEach((contender, rounds) -> out.printf(
                Locale.ROOT,
                "%-12s%-23s%-23s%12.0f%12.0f%14s%10s%11s%n",
                database,
                contender.mode(),
                contender.way(),
                median(rounds, ViewSpeed::cold),
                median(rounds, ViewSpeed::warm),
                optional("%.1f", median(rounds, ViewSpeed::cpuSecondsPerMillion)),
                optional("%.0f", median(rounds, ViewSpeed::peakMebibytes)),
                optional("%.2f", ofUpsert(contenders, contender)))));
        speeds.values().stream()
                .filter(contenders -> contenders.containsKey(UPSERT))
                .flatMap(contenders -> contenders.keySet().stream()
                        .filter(contender ->
                                contender.way() == ViewContender.Way.SINK && contender.mode() != ViewMode.UPSERT)
                        .map(contender -> ofUpsert(contenders, contender)))
                .min(Double::compare)
                .ifPresent(ratio -> out.printf(Locale.ROOT, "ratio %.2f%n", ratio));
    }

    private static double ofUpsert(Map<ViewContender, List<ViewSpeed>> contenders, ViewContender contender) {
        List<ViewSpeed> upsert = contenders.get(UPSERT);
        return upsert == null
                ? Double.NaN
                : median(contenders.get(contender), ViewSpeed::warm) / median(upsert, ViewSpeed::warm);
    }

    private static String optional(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    private static double median(List<ViewSpeed> rounds, ToDoubleFunction<ViewSpeed> value) {
        return Median.of(rounds.stream().mapToDouble(value).boxed().toList());
    }
}
