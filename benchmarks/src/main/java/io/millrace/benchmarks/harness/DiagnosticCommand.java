package io.millrace.benchmarks.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Commands that the JDK's {@code jcmd} sends to another JVM. */
public final class DiagnosticCommand {
    private DiagnosticCommand() {}

    /**
     * Returns what the JVM answers.
     *
     * @param command as {@code jcmd PID help} lists it
     * @throws IllegalStateException if the JVM does not have the command
     */
    public static String run(long pid, String command) throws IOException, InterruptedException {
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
