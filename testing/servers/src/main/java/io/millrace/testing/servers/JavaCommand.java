package io.millrace.testing.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a Java program from Kafka's jars. */
final class JavaCommand {
    /** The system property with more options for the servers' JVMs, with spaces between them. */
    private static final String OPTIONS = "millrace.servers.jvm";

    private JavaCommand() {}

    /** The options of a JVM with this heap that shares a small machine with others. */
    static List<String> small(String heap) {
        List<String> options = new ArrayList<>(List.of("-Xmx" + heap, "-Xms64m", "-XX:+UseSerialGC"));
        options.addAll(List.of(System.getProperty(OPTIONS, "").trim().split(" +")));
        options.remove("");
        return options;
    }

    static List<String> of(
            KafkaRuntime runtime, List<String> jvm, Path logging, String mainClass, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(runtime.java().resolve("bin/java").toString());
        command.addAll(List.of(
                "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true", "-Dlog4j2.configurationFile=" + logging));
        // Of two properties of one name the later one is it, so these may say something else.
        command.addAll(jvm);
        command.addAll(List.of("-cp", runtime.classPath(), mainClass));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }
}
