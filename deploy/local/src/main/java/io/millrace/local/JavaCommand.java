package io.millrace.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a Java program from the installation's Kafka jars, run by the JDK that runs this one. */
final class JavaCommand {
    private JavaCommand() {}

    static List<String> of(
            Installation installation, String heap, Path logging, String mainClass, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-Xms64m",
                // Several JVMs share a small machine.
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.awt.headless=true",
                "-Dlog4j2.configurationFile=" + logging,
                "-cp",
                installation.kafkaClassPath(),
                mainClass));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }
}
