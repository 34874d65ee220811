package io.millrace.it.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A service of {@code examples/order-services} as a process, with the class path of its {@code run}. */
final class ServiceProcess implements AutoCloseable {
    private static final Path MODULE = Path.of("../examples/order-services/target");
    private static final Duration TIME_TO_START = Duration.ofMinutes(1);

    private final Process process;
    private final Path log;

    private ServiceProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts the service, which logs to {@code NAME.log} of the directory. */
    static ServiceProcess start(String name, Path directory, Map<String, String> environment) throws IOException {
        Files.createDirectories(directory);
        Path log = directory.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                MODULE.resolve("classes") + File.pathSeparator + MODULE.resolve("libraries") + "/*",
                "io.millrace.examples.orders.OrderServices",
                name);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        return new ServiceProcess(builder.start(), log);
    }

    Path log() {
        return log;
    }

    /** Waits for a line of the log that contains a match; returns the match. */
    Matcher awaitLine(String regex) {
        Matcher matcher = Pattern.compile(regex).matcher("");
        await("a line with " + regex + " in " + log).atMost(TIME_TO_START).untilAsserted(() -> {
            assertThat(process.isAlive())
                    .as(() -> String.join("\n", lines(log)))
                    .isTrue();
            assertThat(lines(log))
                    .anySatisfy(line -> assertThat(matcher.reset(line).find()).isTrue());
        });
        return matcher;
    }

    static List<String> lines(Path log) {
        try {
            return Files.readAllLines(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
