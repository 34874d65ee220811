package io.millrace.benchmarks.harness;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The used heap of another JVM, read by the JDK's {@code jcmd}. The JVM must have the serial collector. */
public final class HeapUse {
    private static final Pattern GENERATION =
            Pattern.compile("(?:generation|PSYoungGen|ParOldGen)\\s+total \\d+K, used (\\d+)K");

    private HeapUse() {}

    /** Has the JVM collect all its garbage, and returns what is left, in MiB. */
    public static double liveMebibytes(long pid) throws IOException, InterruptedException {
        DiagnosticCommand.run(pid, "GC.run");
        Matcher used = GENERATION.matcher(DiagnosticCommand.run(pid, "GC.heap_info"));
        long kibibytes = 0;
        while (used.find()) {
            kibibytes += Long.parseLong(used.group(1));
        }
        if (kibibytes == 0) {
            throw new IllegalStateException("jcmd does not say what the heap of " + pid + " holds");
        }
        return kibibytes / 1024.0;
    }
}
