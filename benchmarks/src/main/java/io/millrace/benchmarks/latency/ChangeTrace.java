package io.millrace.benchmarks.latency;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The ways of changes.
 *
 * @param ways at least one
 */
record ChangeTrace(List<ChangeWay> ways) {
    private static final double SLOWEST = 0.99;

    ChangeTrace {
        ways = List.copyOf(ways);
    }

    /** The whole times, in nanoseconds, or those of a stage. */
    long[] times(ToLongFunction<ChangeWay> stage) {
        return ways.stream().mapToLong(stage).toArray();
    }

    /** The way of the change whose whole time is the median. */
    ChangeWay median() {
        return sorted().get((ways.size() - 1) / 2);
    }

    /** The mean time of a stage of the slowest hundredth of the changes, in nanoseconds. */
    double meanOfSlowest(ToLongFunction<ChangeWay> stage) {
        return sorted().subList((int) (ways.size() * SLOWEST), ways.size()).stream()
                .mapToLong(stage)
                .average()
                .orElseThrow();
    }

    private List<ChangeWay> sorted() {
        return ways.stream().sorted(Comparator.comparingLong(ChangeWay::total)).toList();
    }
}
