package io.millrace.benchmarks.schedules;

import io.millrace.benchmarks.harness.Median;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Prints the medians of all rounds. */
final class SchedulesFigures {
    private final Map<SchedulesContender, List<Round>> rounds = new EnumMap<>(SchedulesContender.class);

    /**
     * What was measured in a round.
     *
     * @param firings messages that were sent in a second of those that were due together
     * @param cpuSeconds seconds of processor for a million of these
     * @param p50 the half of the times from due to visible, at an even rate, in milliseconds
     * @param p99 what 99 of 100 of these times are not above
     * @param idleCpu the part of a processor that is used if nothing is due
     * @param bytes the live heap of a pending schedule, without its payload; NaN if it is not in the heap
     * @param load schedules that are loaded in a second after a restart; NaN if that was not measured
     */
    record Round(double firings, double cpuSeconds, double p50, double p99, double idleCpu, double bytes, double load) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%.0f firings/s, CPU %.1f s for a million, delay %.1f ms (p99 %.1f ms), idle %.1f %%, %.0f bytes, load"
                            + " %.0f/s",
                    firings,
                    cpuSeconds,
                    p50,
                    p99,
                    idleCpu * 100,
                    bytes,
                    load);
        }
    }

    void add(SchedulesContender contender, Round round) {
        rounds.computeIfAbsent(contender, key -> new ArrayList<>()).add(round);
    }

    void print() {
        System.out.printf(
                Locale.ROOT,
                "%-16s%12s%15s%11s%11s%9s%10s%12s%n",
                "",
                "firings/s",
                "CPU s/million",
                "delay p50",
                "p99 ms",
                "idle %",
                "bytes",
                "load/s");
        rounds.forEach((contender, of) -> System.out.printf(
                Locale.ROOT,
                "%-16s%12.0f%15.1f%11.1f%11.1f%9.1f%10.0f%12.0f%n",
                contender.label(),
                median(of, Round::firings),
                median(of, Round::cpuSeconds),
                median(of, Round::p50),
                median(of, Round::p99),
                median(of, Round::idleCpu) * 100,
                median(of, Round::bytes),
                median(of, Round::load)));
        printRatio("to db-scheduler", SchedulesContender.DB_SCHEDULER);
        printRatio("to Kafka Streams on RocksDB", SchedulesContender.STREAMS);
        printRatio("ratio", SchedulesContender.STREAMS_MEMORY);
    }

    private void printRatio(String label, SchedulesContender other) {
        if (rounds.containsKey(other) && rounds.containsKey(SchedulesContender.MILLRACE)) {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds.get(other).size(); round++) {
                ratios.add(rounds.get(SchedulesContender.MILLRACE).get(round).firings()
                        / rounds.get(other).get(round).firings());
            }
            System.out.printf(Locale.ROOT, "%s %.2f%n", label, Median.of(ratios));
        }
    }

    private static double median(List<Round> of, ToDoubleFunction<Round> figure) {
        return Median.of(of.stream().mapToDouble(figure).boxed().toList());
    }
}
