package io.millrace.benchmarks.harness;

import java.util.Arrays;

/** Of many times, in milliseconds: what half, 99 and 99.9 of a hundred are not above, and the longest. */
public record Percentiles(double p50, double p99, double p999, double most) {
    /** Takes nanoseconds. */
    public static Percentiles of(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Percentiles(
                percentileAt(sorted, 0.5),
                percentileAt(sorted, 0.99),
                percentileAt(sorted, 0.999),
                percentileAt(sorted, 1));
    }

    private static double percentileAt(long[] sorted, double share) {
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return sorted[Math.max(0, index)] / 1e6;
    }
}
