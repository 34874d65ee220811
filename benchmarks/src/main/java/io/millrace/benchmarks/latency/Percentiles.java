package io.millrace.benchmarks.latency;

import java.util.Arrays;

/** Of many times, in milliseconds: what half, 99 and 99.9 of a hundred are not above, and the longest. */
record Percentiles(double p50, double p99, double p999, double most) {
    /** Takes nanoseconds. */
    static Percentiles of(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Percentiles(at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999), at(sorted, 1));
    }

    private static double at(long[] sorted, double share) {
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return sorted[Math.max(0, index)] / 1e6;
    }
}
