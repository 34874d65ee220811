package io.millrace.benchmarks.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of a contender that is not a connector, with the same heap as the workers. */
public final class PeerProcess implements AutoCloseable {
    private static final int SHOWN_LINES = 20;

    private final Process process;
    private final Path log;

    private PeerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a process.
     *
     * @param log the file that gets both outputs
     * @param words the arguments of the main method
     */
    public static PeerProcess start(String classPath, String mainClass, Path log, List<String> words)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(BenchmarkWorker.JVM);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(words);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new PeerProcess(process, log);
    }

    public long pid() {
        return process.pid();
    }

    /** The same failure with the last lines of the log. */
    public IllegalStateException withLog(IllegalStateException failure) {
        return new IllegalStateException(failure.getMessage() + ": " + lastLines(), failure);
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the process, and waits for its end. */
    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
