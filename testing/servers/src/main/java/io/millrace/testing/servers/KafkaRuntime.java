package io.millrace.testing.servers;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The runtime of a Kafka program.
 *
 * @param java the home of a JDK or JRE
 * @param classPath Kafka's jars, as {@code java -cp} takes them
 */
public record KafkaRuntime(Path java, String classPath) {
    public KafkaRuntime {
        if (!Files.isExecutable(java.resolve("bin/java"))) {
            throw new IllegalArgumentException("There is no bin/java in " + java);
        }
    }

    /** The installation's Kafka, on the JDK that runs this program. */
    static KafkaRuntime of(Installation installation) {
        return new KafkaRuntime(Path.of(System.getProperty("java.home")), installation.kafkaClassPath());
    }
}
