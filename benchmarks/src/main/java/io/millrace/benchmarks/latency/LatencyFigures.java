package io.millrace.benchmarks.latency;

import io.millrace.benchmarks.harness.Median;
import io.millrace.benchmarks.harness.Percentiles;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** The medians of all rounds' percentiles and processor times, as a table. */
final class LatencyFigures {
    private static final int JUDGED = 1000;

    /** What one rate was in one round. */
    private record Run(Percentiles times, double cpuMillis) {}

    private final Map<Integer, Map<Chain, List<Run>>> rounds = new TreeMap<>();
    private final Map<Integer, Map<Chain, List<ChangeTrace>>> traces = new TreeMap<>();

    /**
     * Adds a rate in a round.
     *
     * @param cpuMillis the processor time of the worker for each change, in milliseconds
     */
    void addRun(int rate, Chain chain, Percentiles times, double cpuMillis) {
        rounds.computeIfAbsent(rate, any -> new EnumMap<>(Chain.class))
                .computeIfAbsent(chain, any -> new ArrayList<>())
                .add(new Run(times, cpuMillis));
    }

    /** Adds the ways of the changes of a rate in a round. */
    void addTrace(int rate, Chain chain, ChangeTrace trace) {
        traces.computeIfAbsent(rate, any -> new EnumMap<>(Chain.class))
                .computeIfAbsent(chain, any -> new ArrayList<>())
                .add(trace);
    }

    /** Prints everything; in the last line, where both were measured, how many times Debezium's p99 at 1,000/s is ours. */
    void printTable(PrintStream out) {
        traces.forEach((rate, chains) -> chains.forEach((chain, all) -> printTrace(
                out,
                rate,
                chain,
                new ChangeTrace(
                        all.stream().flatMap(trace -> trace.ways().stream()).toList()))));
        out.printf(
                Locale.ROOT,
                "%-12s%-12s%10s%10s%10s%10s%10s%n",
                "changes/s",
                "",
                "p50 ms",
                "p99 ms",
                "p99.9 ms",
                "most ms",
                "CPU ms");
        rounds.forEach((rate, chains) -> chains.forEach((chain, all) -> out.printf(
                Locale.ROOT,
                "%-12d%-12s%10.1f%10.1f%10.1f%10.1f%10.2f%n",
                rate,
                chain,
                median(all, Percentiles::p50),
                median(all, Percentiles::p99),
                median(all, Percentiles::p999),
                median(all, Percentiles::most),
                Median.of(all.stream().map(Run::cpuMillis).toList()))));
        Map<Chain, List<Run>> judged = rounds.getOrDefault(JUDGED, Map.of());
        if (judged.containsKey(Chain.MILLRACE) && judged.containsKey(Chain.DEBEZIUM)) {
            out.printf(
                    Locale.ROOT,
                    "ratio %.2f%n",
                    median(judged.get(Chain.DEBEZIUM), Percentiles::p99)
                            / median(judged.get(Chain.MILLRACE), Percentiles::p99));
        }
    }

    /** The stages of all rounds together. */
    private static void printTrace(PrintStream out, int rate, Chain chain, ChangeTrace trace) {
        out.printf(
                Locale.ROOT,
                "%-56s%10s%10s%22s%16s%n",
                rate + "/s, " + chain,
                "p50 ms",
                "p99 ms",
                "of the slowest 1 %",
                "median change");
        printStage(out, "commit in MySQL to the producer", trace, ChangeWay::read);
        printStage(out, "producer to a consumer of committed records", trace, ChangeWay::produced);
        printStage(out, "consumer to the sink's statement", trace, ChangeWay::received);
        printStage(out, "the sink's statement to the view", trace, ChangeWay::written);
        printStage(out, "all", trace, ChangeWay::total);
        out.println();
    }

    private static void printStage(PrintStream out, String title, ChangeTrace trace, ToLongFunction<ChangeWay> stage) {
        Percentiles times = Percentiles.of(trace.times(stage));
        out.printf(
                Locale.ROOT,
                "  %-54s%10.1f%10.1f%22.1f%16.1f%n",
                title,
                times.p50(),
                times.p99(),
                trace.meanOfSlowest(stage) / 1e6,
                stage.applyAsLong(trace.median()) / 1e6);
    }

    private static double median(List<Run> all, ToDoubleFunction<Percentiles> value) {
        return Median.of(all.stream().map(Run::times).mapToDouble(value).boxed().toList());
    }
}
