package io.millrace.benchmarks.start;

import io.millrace.benchmarks.harness.Median;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The medians of all rounds, as a table of times and one of memory. */
final class StartFigures {
    private final Map<StartContender, List<StartTimes>> times = new EnumMap<>(StartContender.class);
    private final Map<StartContender, List<IdleMemory>> memory = new EnumMap<>(StartContender.class);

    void addTimes(StartContender contender, StartTimes run) {
        times.computeIfAbsent(contender, any -> new ArrayList<>()).add(run);
    }

    void addMemory(StartContender contender, IdleMemory run) {
        memory.computeIfAbsent(contender, any -> new ArrayList<>()).add(run);
    }

    /**
     * Prints everything. If both were measured, the last line has the ratio of the seconds of Debezium's connector, from
     * posting to the first event, to those of Millrace's.
     */
    void printTable(PrintStream out) {
        if (!times.isEmpty()) {
            printTimes(out);
        }
        if (!memory.isEmpty()) {
            printMemory(out);
        }
        ratio(StartContender.DEBEZIUM, StartContender.MILLRACE)
                .ifPresent(ratio -> out.printf(Locale.ROOT, "ratio %.2f%n", ratio));
    }

    private void printTimes(PrintStream out) {
        out.printf(Locale.ROOT, "%-20s%12s%12s%12s%12s%n", "seconds to first", "posted", "CPU", "resumed", "another");
        times.forEach((contender, runs) -> out.printf(
                Locale.ROOT,
                "%-20s%12.2f%12.2f%12.2f%12.2f%n",
                contender.label(),
                median(runs, StartTimes::posted),
                median(runs, StartTimes::postedCpu),
                median(runs, StartTimes::resumed),
                median(runs, StartTimes::another)));
        printRatio(out, StartContender.DEBEZIUM_MILLRACE, StartContender.MILLRACE);
        printRatio(out, StartContender.DEBEZIUM_SINK, StartContender.MILLRACE_SINK);
    }

    private void printMemory(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%-20s%12s%12s%12s%12s%12s%n",
                "MiB of the worker",
                "connectors",
                "resident",
                "each more",
                "live heap",
                "each more");
        memory.forEach((contender, runs) -> {
            printMemory(out, contender.label(), 0, runs, IdleMemory::without);
            printMemory(out, "", 1, runs, IdleMemory::withOne);
            out.printf(
                    Locale.ROOT,
                    "%-20s%12d%12.0f%12.2f%12.1f%12.2f%n",
                    "",
                    runs.get(0).connectors(),
                    median(runs, run -> run.withAll().resident()),
                    median(runs, IdleMemory::residentOfEach),
                    median(runs, run -> run.withAll().heap()),
                    median(runs, IdleMemory::heapOfEach));
        });
    }

    private static void printMemory(
            PrintStream out, String label, int connectors, List<IdleMemory> runs, MemoryOf memory) {
        out.printf(
                Locale.ROOT,
                "%-20s%12d%12.0f%12s%12.1f%n",
                label,
                connectors,
                median(runs, run -> memory.of(run).resident()),
                "",
                median(runs, run -> memory.of(run).heap()));
    }

    private interface MemoryOf {
        WorkerMemory of(IdleMemory run);
    }

    private void printRatio(PrintStream out, StartContender contender, StartContender other) {
        ratio(contender, other)
                .ifPresent(
                        ratio -> out.printf(Locale.ROOT, "%s to %s %.2f%n", contender.label(), other.label(), ratio));
    }

    /** The median of the ratios of the rounds' seconds from posting. */
    private OptionalDouble ratio(StartContender contender, StartContender other) {
        List<Double> seconds = posted(contender);
        List<Double> others = posted(other);
        return seconds.isEmpty() || others.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Median.ofRatios(seconds, others));
    }

    private List<Double> posted(StartContender contender) {
        return times.getOrDefault(contender, List.of()).stream()
                .map(StartTimes::posted)
                .toList();
    }

    private static <T> double median(List<T> runs, ToDoubleFunction<T> value) {
        return Median.of(runs.stream().mapToDouble(value).boxed().toList());
    }
}
