package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A server as a child process. Its output goes to {@code NAME.log} and its process id to {@code NAME.pid}, both in its
 * directory; a child that an earlier parent left behind there is ended first. Safe for use by several threads.
 */
final class ChildProcess implements AutoCloseable {
    /** Tests set the system property to less, because what their servers still write is not read. */
    private static final Duration TIME_TO_STOP = Duration.ofSeconds(Long.getLong("millrace.servers.stop.seconds", 20));

    private static final long POLL_MS = 50;

    private final String name;
    private final Process process;
    private final PidFile pidFile;
    private final LogTail log;
    private final long logStart;
    private volatile Runnable beforeClose = () -> {};

    private ChildProcess(String name, Process process, PidFile pidFile, LogTail log, long logStart) {
        this.name = name;
        this.process = process;
        this.pidFile = pidFile;
        this.log = log;
        this.logStart = logStart;
    }

    static ChildProcess start(String name, Path directory, List<String> command, Map<String, String> environment) {
        LogTail log = new LogTail(directory.resolve(name + ".log"));
        PidFile pidFile = new PidFile(directory.resolve(name + PidFile.SUFFIX));
        try {
            Files.createDirectories(directory);
            pidFile.endLeftover();
            long logStart = log.length();
            ProcessBuilder builder = new ProcessBuilder(deafToTheTerminal(command));
            builder.directory(directory.toFile());
            builder.environment().putAll(environment);
            builder.redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()));
            Process process = builder.start();
            process.getOutputStream().close();
            ChildProcess child = new ChildProcess(name, process, pidFile, log, logStart);
            pidFile.write(process.toHandle());
            Children.add(child);
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(name + " could not be started in " + directory, e);
        }
    }

    /** Ctrl-C reaches every process of the terminal at once, but the parent stops its children one after the other. */
    private static List<String> deafToTheTerminal(List<String> command) {
        List<String> deaf = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$0\" \"$@\""));
        deaf.addAll(command);
        return deaf;
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The output of the child since it was started: at most the last 16 KiB. */
    String output() {
        return log.since(logStart);
    }

    /**
     * Waits until the check is true.
     *
     * @param lastAnswer what the server answered last, for the message; may be empty
     * @throws ServerFailedException if the child dies before, or the time is up
     */
    void awaitReady(Duration timeout, BooleanSupplier check, Supplier<String> lastAnswer) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            if (!process.isAlive()) {
                throw new ServerFailedException(
                        name + " ended with status " + process.exitValue() + " before it answered." + log.lastLines());
            }
            if (check.getAsBoolean()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new ServerFailedException(name + " did not answer within " + timeout.toSeconds() + " s. "
                        + lastAnswer.get() + log.lastLines());
            }
            pause();
        }
    }

    /** Ends the child and its descendants as {@code kill -9} does, and waits until they are gone. */
    void kill() {
        ProcessTree.kill(process.toHandle());
        process.onExit().join();
        forget();
    }

    /** Suspends the child and its descendants, with all their connections open, by SIGSTOP; {@link #resume} continues them. */
    void suspend() {
        // The child first: it makes no descendants from then on.
        signal("STOP", Stream.of(process.toHandle()));
        signal("STOP", process.descendants());
    }

    void resume() {
        signal("CONT", Stream.concat(process.descendants(), Stream.of(process.toHandle())));
    }

    private void signal(String signal, Stream<ProcessHandle> processes) {
        String pids = processes.map(each -> " " + each.pid()).collect(Collectors.joining());
        if (pids.isEmpty()) {
            return;
        }
        // The shell's own kill: there need not be a program of that name. Descendants may end meanwhile.
        CommandOutput output = CommandOutput.of(
                Path.of("."), Map.of(), "/bin/sh", "-c", "kill -" + signal + pids + " || kill -0 " + pid());
        if (output.status() != 0) {
            throw new ServerFailedException(name + " did not take SIG" + signal + ": " + output.text());
        }
    }

    /** An action that makes the child end sooner, which is run first when a running child is stopped. */
    void beforeClose(Runnable action) {
        beforeClose = action;
    }

    /** Requests the child to end, and kills it if it has not ended after {@link #TIME_TO_STOP}. */
    @Override
    public void close() {
        if (process.isAlive()) {
            beforeClose.run();
        }
        process.destroy();
        try {
            if (!process.waitFor(TIME_TO_STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        forget();
    }

    private void forget() {
        Children.remove(this);
        pidFile.remove();
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerFailedException("Interrupted while a server was starting", e);
        }
    }
}
