package io.millrace.benchmarks.sink;

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
final class SinkFigures {
    private record Load(String database, boolean unique, String keys) {
        static Load of(ViewDatabase database, OrderStream stream) {
            return new Load(database.name(), stream.keys() == 0, stream.toString());
        }
    }

    private final Map<Load, Map<String, Double>> ceilings = new LinkedHashMap<>();
    private final Map<Load, Map<SinkContender, List<SinkRun.Result>>> results = new LinkedHashMap<>();

    void addCeiling(ViewDatabase database, OrderStream stream, Ceiling.Variant variant, double rate) {
        ceilings.computeIfAbsent(Load.of(database, stream), any -> new LinkedHashMap<>())
                .put(variant.name() + " by " + variant.batch(), rate);
    }

    void addResult(ViewDatabase database, OrderStream stream, SinkContender contender, SinkRun.Result result) {
        results.computeIfAbsent(Load.of(database, stream), any -> new LinkedHashMap<>())
                .computeIfAbsent(contender, any -> new ArrayList<>())
                .add(result);
    }

    /**
     * Prints everything; if both sinks were measured, the last line has the ratio of Millrace's speed to Debezium's
     * with unique keys, warm, on the database with the lower ratio.
     */
    void printTable(PrintStream out) {
        out.printf(Locale.ROOT, "%-12s%-13s%-50s%12s%n", "ceiling", "keys", "written by", "rows/s");
        ceilings.forEach((load, variants) -> variants.forEach((name, rate) ->
                out.printf(Locale.ROOT, "%-12s%-13s%-50s%12.0f%n", load.database, load.keys, name, rate)));
        out.printf(
                Locale.ROOT,
                "%n%-12s%-13s%-24s%12s%12s%14s%10s%12s%n",
                "sink",
                "keys",
                "",
                "cold rows/s",
                "warm rows/s",
                "CPU s/million",
                "peak MiB",
                "of ceiling");
        results.forEach((load, contenders) -> contenders.forEach((contender, rounds) -> out.printf(
                Locale.ROOT,
                "%-12s%-13s%-24s%12.0f%12.0f%14.1f%10.0f%12s%n",
                load.database,
                load.keys,
                contender,
                median(rounds, SinkRun.Result::cold),
                median(rounds, SinkRun.Result::warm),
                median(rounds, SinkRun.Result::cpuSecondsPerMillion),
                median(rounds, SinkRun.Result::peakMebibytes),
                ofCeiling(load, median(rounds, SinkRun.Result::warm)))));
        results.entrySet().stream()
                .filter(entry -> entry.getKey().unique
                        && entry.getValue()
                                .keySet()
                                .containsAll(List.of(SinkContender.MILLRACE, SinkContender.DEBEZIUM)))
                .mapToDouble(entry ->
                        warm(entry.getValue(), SinkContender.MILLRACE) / warm(entry.getValue(), SinkContender.DEBEZIUM))
                .min()
                .ifPresent(ratio -> out.printf(Locale.ROOT, "ratio %.2f%n", ratio));
    }

    private String ofCeiling(Load load, double rate) {
        return ceilings.getOrDefault(load, Map.of()).values().stream()
                .max(Double::compare)
                .map(best -> String.format(Locale.ROOT, "%.2f", rate / best))
                .orElse("");
    }

    private static double warm(Map<SinkContender, List<SinkRun.Result>> contenders, SinkContender contender) {
        return median(contenders.get(contender), SinkRun.Result::warm);
    }

    private static double median(List<SinkRun.Result> rounds, ToDoubleFunction<SinkRun.Result> value) {
        return Median.of(rounds.stream().mapToDouble(value).boxed().toList());
    }
}
