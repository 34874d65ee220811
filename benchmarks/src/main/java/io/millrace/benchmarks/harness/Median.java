package io.millrace.benchmarks.harness;

import java.util.List;
import java.util.stream.IntStream;

/** The median of several rounds. */
public final class Median {
    private Median() {}

    /** The median; that of an even number of values is the average of the two in the middle. */
    public static double of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The median of the ratios of the values of each round; both have as many. */
    public static double ofRatios(List<Double> values, List<Double> others) {
        return of(IntStream.range(0, values.size())
                .mapToObj(round -> values.get(round) / others.get(round))
                .toList());
    }
}
