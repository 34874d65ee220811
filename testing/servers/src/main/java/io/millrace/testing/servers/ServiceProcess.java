package io.millrace.testing.servers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A service of an example as a child process, with the class path of its {@code run}. */
public final class ServiceProcess implements AutoCloseable {
    private static final Duration TIME_TO_START = Duration.ofMinutes(2);

    private final ChildProcess process;
    private final Path log;

    private ServiceProcess(ChildProcess process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts the service, without waiting for it.
     *
     * @param example the folder of the example, which is built
     * @param mainClass the class that its {@code run} starts
     * @param name of the process, which logs to {@code NAME.log} of the directory
     */
    public static ServiceProcess start(
            Path example,
            String mainClass,
            List<String> arguments,
            Path directory,
            String name,
            Map<String, String> environment) {
        Path target = example.resolve("target").toAbsolutePath().normalize();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(JavaCommand.small("128m"));
        command.addAll(List.of(
                "-cp", target.resolve("classes") + File.pathSeparator + target.resolve("libraries") + "/*", mainClass));
        command.addAll(arguments);
        return new ServiceProcess(
                ChildProcess.start(name, directory, command, environment), directory.resolve(name + ".log"));
    }

    /** The file that the service logs to. */
    public Path log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Waits for a line of this start that contains a match; returns the match. Only the last 16 KiB of the output are searched.
     *
     * @throws ServerFailedException if the service ends before, or no line comes within two minutes
     */
    public Matcher awaitLine(String regex) {
        Matcher matcher = Pattern.compile(regex).matcher("");
        process.awaitReady(
                TIME_TO_START,
                () -> process.output().lines().anyMatch(line -> matcher.reset(line)
                        .find()),
                () -> "No line has " + regex + ".");
        return matcher;
    }

    /** The lines of a log. */
    public static List<String> lines(Path log) {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the service in an orderly way. */
    @Override
    public void close() {
        process.close();
    }
}
