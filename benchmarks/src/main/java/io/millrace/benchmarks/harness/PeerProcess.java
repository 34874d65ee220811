package io.millrace.benchmarks.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of a contender that is not a connector: a JVM with the same heap as the workers, or another program. */
public final class PeerProcess implements AutoCloseable {
    private static final int SHOWN_LINES = 20;
    private static final long POLL_MS = 50;

    private final Process process;
    private final Path log;

    private PeerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a JVM.
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
        return start(command, log);
    }

    /**
     * Starts a program.
     *
     * @param log the file that gets both outputs
     */
    public static PeerProcess start(List<String> command, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new PeerProcess(process, log);
    }

    /**
     * Waits until the program has printed a line.
     *
     * @throws IllegalStateException with the last lines of its log if it ends before, or the time is up
     */
    public void awaitLine(String line, Duration timeout) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!Files.readAllLines(log).contains(line)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw withLog(new IllegalStateException("The process did not print " + line));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
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
