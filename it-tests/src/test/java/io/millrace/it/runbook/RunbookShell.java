package io.millrace.it.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.servers.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The shell of an operator: {@code bash -euo pipefail} in a directory of its own, with the variables and functions that the
 * runbook begins with, and with Kafka's command line tools and MySQL's client on the path.
 */
final class RunbookShell {
    private static final int TIME_TO_RUN_S = 150;
    private static final Map<String, String> KAFKA_TOOLS = Map.of(
            "kafka-consumer-groups.sh", "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
            "kafka-console-consumer.sh", "org.apache.kafka.tools.consumer.ConsoleConsumer",
            "kafka-delete-records.sh", "org.apache.kafka.tools.DeleteRecordsCommand",
            "kafka-get-offsets.sh", "org.apache.kafka.tools.GetOffsetShell",
            "kafka-topics.sh", "org.apache.kafka.tools.TopicCommand");
    /** What the machine has to have itself. */
    private static final List<String> NEEDED = List.of("bash", "curl", "jq", "unzip");

    private final Path directory;
    private final Map<String, String> environment;
    private final String functions;

    private RunbookShell(Path directory, Map<String, String> environment, String functions) {
        this.directory = directory;
        this.environment = environment;
        this.functions = functions;
    }

    /**
     * A shell in this directory, which is made.
     *
     * @param tools the folder with the jar of Kafka's tools
     * @param variables what every command finds in its environment
     * @param functions what comes before each block
     */
    static RunbookShell open(
            Path directory, Installation installation, Path tools, Map<String, String> variables, String functions)
            throws IOException {
        Path shims = Files.createDirectories(directory.resolve("bin").toAbsolutePath());
        Path logging = Files.writeString(directory.resolve("log4j2.properties"), "rootLogger.level = error\n")
                .toAbsolutePath();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        for (Map.Entry<String, String> tool : KAFKA_TOOLS.entrySet()) {
            // Of these programs most time is their start.
            shim(shims.resolve(tool.getKey()), """
                    exec '%s' -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile='%s' \
                    -cp '%s:%s/*' %s "$@"
                    """.formatted(
                            java, logging, installation.kafkaClassPath(), tools.toAbsolutePath(), tool.getValue()));
        }
        shim(shims.resolve("mysql"), "exec '" + installation.mysql().resolve("bin/mysql") + "' --no-defaults \"$@\"\n");
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("PATH", shims + ":" + System.getenv("PATH"));
        return new RunbookShell(directory, environment, functions);
    }

    private static void shim(Path file, String command) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + command);
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("Could not be made executable: " + file);
        }
    }

    /** Which of the programs that the runbook says it needs are not on this machine. */
    static List<String> missing() {
        return NEEDED.stream()
                .filter(name -> Stream.of(System.getenv("PATH").split(":"))
                        .noneMatch(folder -> Files.isExecutable(Path.of(folder, name))))
                .toList();
    }

    /** The same shell with other values of these variables. */
    RunbookShell with(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(others);
        return new RunbookShell(directory, all, functions);
    }

    /** Runs the block to its end, which must be a success; returns what it wrote. */
    String run(String block) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", functions + block);
        builder.directory(directory.toFile());
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(TIME_TO_RUN_S, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        String text = Files.readString(output);
        assertThat(ended).as("ended in time:%n%s%n%s", block, text).isTrue();
        assertThat(process.exitValue()).as("%s%n%s", block, text).isZero();
        return text;
    }
}
