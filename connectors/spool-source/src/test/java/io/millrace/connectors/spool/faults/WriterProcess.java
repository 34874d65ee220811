package io.millrace.connectors.spool.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.testing.campaigns.AwaitedCondition;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A {@link SpoolingWriter} as a process, whose lines go to the model. A new process goes on if the last one did. Several threads may call it,
 * one after the other.
 */
final class WriterProcess implements AutoCloseable {
    private static final Duration TIME_TO_ANSWER = Duration.ofMinutes(2);

    private final Path directory;
    private final Path options;
    private final String topic;
    private final CallerAnswers answers;
    private final AtomicInteger pauses = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private int runs;
    private boolean paused = true;
    private Process process;
    private Thread reader;

    /**
     * Starts a service that is paused.
     *
     * @param directory of its logs
     * @param options the file with the producer's options
     */
    WriterProcess(Path directory, Path options, String topic, CallerAnswers answers) throws IOException {
        this.directory = directory;
        this.options = options;
        this.topic = topic;
        this.answers = answers;
        launch();
    }

    private void launch() throws IOException {
        runs++;
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SpoolingWriter.class.getName(),
                        options.toString(),
                        topic,
                        String.valueOf(runs))
                .redirectError(directory.resolve("service-" + runs + ".err").toFile())
                .start();
        BufferedReader lines = process.inputReader(UTF_8);
        reader = new Thread(() -> read(lines), "service-" + runs);
        reader.setDaemon(true);
        reader.start();
        if (!paused) {
            say("resume");
        }
    }

    private void read(BufferedReader lines) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("paused")) {
                    pauses.incrementAndGet();
                } else if (line.equals("closed")) {
                    ends.incrementAndGet();
                } else if (line.chars().filter(c -> c == ' ').count() > 0) {
                    answers.take(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void say(String word) throws IOException {
        Writer writer = process.outputWriter(UTF_8);
        writer.write(word + "\n");
        writer.flush();
    }

    /** Ends the process as a crash does, and starts another one. */
    synchronized void replace() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        reader.join();
        launch();
    }

    /** Closes the producer, and starts another process. */
    synchronized void closeAndReplace() throws IOException, InterruptedException {
        int before = ends.get();
        say("close");
        AwaitedCondition.requireWithin(TIME_TO_ANSWER, "the service to be closed", () -> ends.get() > before);
        process.waitFor();
        reader.join();
        launch();
    }

    synchronized void suspend() throws IOException, InterruptedException {
        signal("STOP");
    }

    synchronized void resumeProcess() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder(List.of("/bin/sh", "-c", "kill -" + signal + " " + process.pid()))
                .start()
                .waitFor();
    }

    /** Stops writing; returns when every event has its answer. */
    synchronized void pause() throws IOException, InterruptedException {
        int before = pauses.get();
        paused = true;
        say("pause");
        AwaitedCondition.requireWithin(TIME_TO_ANSWER, "the service to have its answers", () -> pauses.get() > before);
    }

    synchronized void resume() throws IOException {
        paused = false;
        say("resume");
    }

    synchronized boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
