package io.millrace.it.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.servers.Installation;
import io.millrace.tools.Millrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The shell in which the commands of a document run: {@code bash -euo pipefail} in a directory of its own, with the variables and
 * functions that the document begins with, and with the programs that it uses.
 */
final class DocumentShell {
    private static final int TIME_TO_RUN_S = 150;
    private static final Map<String, String> KAFKA_TOOLS = Map.of(
            "kafka-console-consumer.sh", "org.apache.kafka.tools.consumer.ConsoleConsumer",
            "kafka-delete-records.sh", "org.apache.kafka.tools.DeleteRecordsCommand",
            "kafka-get-offsets.sh", "org.apache.kafka.tools.GetOffsetShell",
            "kafka-topics.sh", "org.apache.kafka.tools.TopicCommand");

    private final Path directory;
    private final Map<String, String> environment;
    private final String functions;

    private DocumentShell(Path directory, Map<String, String> environment, String functions) {
        this.directory = directory;
        this.environment = environment;
        this.functions = functions;
    }

    /**
     * A shell with Kafka's command line tools, MySQL's client and {@code millrace} on its path.
     *
     * @param tools the folder with the jar of Kafka's tools
     * @param variables what every command finds in its environment
     * @param functions what comes before each block
     */
    static DocumentShell openWithKafkaTools(
            Path directory, Installation installation, Path tools, Map<String, String> variables, String functions)
            throws IOException {
        Map<String, String> programs = new HashMap<>();
        String classPath = installation.kafkaClassPath() + ":" + tools.toAbsolutePath() + "/*";
        Files.createDirectories(directory);
        Path logging = Files.writeString(directory.resolve("log4j2.properties"), "rootLogger.level = error\n");
        String logs = "-Dlog4j2.configurationFile=" + logging.toAbsolutePath();
        KAFKA_TOOLS.forEach(
                (name, type) -> programs.put("bin/" + name, javaCommand("-Xmx128m", logs, "-cp", classPath, type)));
        programs.put(
                "bin/millrace",
                javaCommand("-Xmx256m", logs, "-cp", System.getProperty("java.class.path"), Millrace.class.getName()));
        programs.put("bin/mysql", "'" + installation.mysql().resolve("bin/mysql") + "' --no-defaults");
        return open(directory, programs, variables, functions);
    }

    /**
     * A shell in this directory, which is made.
     *
     * @param programs commands by the paths of the programs below the directory that run them with their own arguments; those in
     *     {@code bin} are on the path
     * @param variables what every command finds in its environment
     * @param functions what comes before each block
     */
    static DocumentShell open(
            Path directory, Map<String, String> programs, Map<String, String> variables, String functions)
            throws IOException {
        for (Map.Entry<String, String> program : programs.entrySet()) {
            writeProgram(directory.resolve(program.getKey()), program.getValue());
        }
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("PATH", directory.resolve("bin").toAbsolutePath() + ":" + System.getenv("PATH"));
        return new DocumentShell(directory, environment, functions);
    }

    /** A command that runs a program of Java. Of these programs most time is their start. */
    static String javaCommand(String... arguments) {
        return Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1"),
                        Stream.of(arguments))
                .map(argument -> "'" + argument + "'")
                .collect(Collectors.joining(" "));
    }

    private static void writeProgram(Path file, String command) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\nexec " + command + " \"$@\"\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("Could not be made executable: " + file);
        }
    }

    /** Which of these programs are not on this machine. */
    static List<String> missing(String... programs) {
        return Stream.of(programs)
                .filter(name -> Stream.of(System.getenv("PATH").split(":"))
                        .noneMatch(folder -> Files.isExecutable(Path.of(folder, name))))
                .toList();
    }

    /** The same shell with other values of these variables. */
    DocumentShell with(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(others);
        return new DocumentShell(directory, all, functions);
    }

    /** Runs the block to its end, which must be a success; returns what it wrote. */
    String run(String block) throws IOException, InterruptedException {
        return run(block, 0);
    }

    /** Runs the block to its end, which must have this exit code; returns what it wrote. */
    String run(String block, int exitCode) throws IOException, InterruptedException {
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
        assertThat(process.exitValue()).as("%s%n%s", block, text).isEqualTo(exitCode);
        return text;
    }
}
