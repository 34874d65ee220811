package io.millrace.benchmarks.claimcheck;

import io.millrace.benchmarks.harness.Median;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The results of the rounds, and their medians. */
final class ClaimCheckFigures {
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;
    private static final int KIBI = 1024;

    private final List<ClaimCheckContender> compared;
    private final Map<ContenderRun.Load, Map<ClaimCheckContender, List<Measured>>> rounds = new LinkedHashMap<>();

    /** With the two contenders to which all are compared. */
    ClaimCheckFigures(List<ClaimCheckContender> compared) {
        this.compared = compared;
    }

    private record Measured(double bytes, double records, ContenderRun.Result result) {
        double rate() {
            return bytes / MEGA / result.seconds();
        }

        double recordRate() {
            return records / result.seconds();
        }

        double cpuPerGigabyte() {
            return result.cpuSeconds() / (bytes / GIGA);
        }

        double serverPerGigabyte() {
            return result.serverSeconds() / (bytes / GIGA);
        }
    }

    void addResult(ContenderRun.Load load, ClaimCheckContender contender, int records, ContenderRun.Result result) {
        Measured measured = new Measured((double) records * load.size(), records, result);
        rounds.computeIfAbsent(load, ignored -> new EnumMap<>(ClaimCheckContender.class))
                .computeIfAbsent(contender, ignored -> new ArrayList<>())
                .add(measured);
        System.err.printf(
                Locale.ROOT,
                "%6d KiB %-14s %2d ms %-20s %7.1f MB/s %5.2f CPU s/GB, server %5.2f%n",
                load.size() / KIBI,
                load.kind().label(),
                load.delayMs(),
                contender,
                measured.rate(),
                measured.cpuPerGigabyte(),
                measured.serverPerGigabyte());
    }

    void printTable(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "   payload  of              delay  by                       MB/s records/s  CPU s/GB  server's  peak MiB %11s %12s%n",
                "of " + compared.get(0).label(),
                "of " + compared.get(1).label());
        rounds.forEach((load, contenders) -> contenders.forEach((contender, each) -> out.printf(
                Locale.ROOT,
                "%6d KiB  %-14s %3d ms  %-20s %8.1f %9.1f %9.2f %9.2f %9.0f %11s %12s%n",
                load.size() / KIBI,
                load.kind().label(),
                load.delayMs(),
                contender,
                median(each, Measured::rate),
                median(each, Measured::recordRate),
                median(each, Measured::cpuPerGigabyte),
                median(each, Measured::serverPerGigabyte),
                median(each, measured -> measured.result().peakMebibytes()),
                text(ratioTo(load, contender, compared.get(0))),
                text(ratioTo(load, contender, compared.get(1))))));
    }

    private static String text(OptionalDouble ratio) {
        return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : "";
    }

    private static double median(List<Measured> rounds, ToDoubleFunction<Measured> figure) {
        return Median.of(rounds.stream().map(figure::applyAsDouble).toList());
    }

    /**
     * The median of the rounds' ratios: compared values were measured one after the other, so other load affects both.
     */
    OptionalDouble ratioTo(ContenderRun.Load load, ClaimCheckContender contender, ClaimCheckContender to) {
        Map<ClaimCheckContender, List<Measured>> contenders = rounds.getOrDefault(load, Map.of());
        List<Measured> ours = contenders.getOrDefault(contender, List.of());
        List<Measured> theirs = contenders.getOrDefault(to, List.of());
        if (ours.isEmpty() || ours.size() != theirs.size()) {
            return OptionalDouble.empty();
        }
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i).rate() / theirs.get(i).rate());
        }
        return OptionalDouble.of(Median.of(ratios));
    }
}
