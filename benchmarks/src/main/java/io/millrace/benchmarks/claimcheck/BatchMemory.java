package io.millrace.benchmarks.claimcheck;

import io.millrace.benchmarks.harness.Median;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How much memory batches of different sizes need, and how much more of it storing them needs. */
final class BatchMemory {
    /** In MiB. */
    static final List<Integer> BATCHES = List.of(32, 256);

    static final int LARGEST = 256;
    static final List<ClaimCheckContender> CONTENDERS =
            List.of(ClaimCheckContender.PASSING, ClaimCheckContender.SOURCE);

    private final Map<Integer, Map<ClaimCheckContender, List<Double>>> peaks = new TreeMap<>();

    /** A heap that is collected often, so that garbage is little of what is resident. */
    static String[] jvm(int batchBytes) {
        return new String[] {"-XX:+UseSerialGC", "-Xms64m", "-Xmx1536m", "-Xmn16m", "-Dbatch.bytes=" + batchBytes};
    }

    void addPeak(int mebibytes, ClaimCheckContender contender, double peak) {
        peaks.computeIfAbsent(mebibytes, ignored -> new TreeMap<>())
                .computeIfAbsent(contender, ignored -> new ArrayList<>())
                .add(peak);
        System.err.printf(Locale.ROOT, "batches of %d MiB, %s: peak %.0f MiB%n", mebibytes, contender, peak);
    }

    void printTable(PrintStream out) {
        peaks.forEach((mebibytes, each) -> out.printf(
                Locale.ROOT,
                "batches of %3d MiB: peak %4.0f MiB, %4.0f MiB where nothing is stored%n",
                mebibytes,
                Median.of(each.get(ClaimCheckContender.SOURCE)),
                Median.of(each.get(ClaimCheckContender.PASSING))));
    }
}
