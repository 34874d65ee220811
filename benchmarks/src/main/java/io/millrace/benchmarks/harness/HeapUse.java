package io.millrace.benchmarks.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the heap of another JVM holds, asked by the JDK's {@code jcmd}. The JVM must have the serial collector. */
public final class HeapUse {
    private static final Pattern GENERATION =
            Pattern.compile("(?:generation|PSYoungGen|ParOldGen)\\s+total \\d+K, used (\\d+)K");

    private HeapUse() {}

    /** Has the JVM collect all its garbage, and returns what is left, in MiB. */
    public static double liveMebibytes(long pid) throws IOException, InterruptedException {
        runJcmd(pid, "GC.run");
        Matcher used = GENERATION.matcher(runJcmd(pid, "GC.heap_info"));
        long kibibytes = 0;
        while (used.find()) {
            kibibytes += Long.parseLong(used.group(1));
        }
        if (kibibytes == 0) {
            throw new IllegalStateException("jcmd does not say what the heap of " + pid + " holds");
        }
        return kibibytes / 1024.0;
    }

    private static String runJcmd(long pid, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("jcmd " + pid + " " + command + ": " + answer);
        }
        return answer;
    }
}
