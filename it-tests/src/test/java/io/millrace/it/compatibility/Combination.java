package io.millrace.it.compatibility;

import io.millrace.testing.servers.KafkaRuntime;
import java.nio.file.Files;
import java.nio.file.Path;

/** A version of Kafka Connect on a JDK. */
record Combination(String connect, Jdk jdk) {
    private static final Path VERSIONS = Path.of(System.getProperty("millrace.it.connect", "connect/target"));

    /** What a worker of this combination runs on. */
    KafkaRuntime runtime() {
        Path jars = VERSIONS.resolve(connect).toAbsolutePath();
        if (!Files.isDirectory(jars)) {
            throw new IllegalStateException("There is no Connect " + connect + " in " + VERSIONS
                    + "; put it there with: mvn -f it-tests/connect package -Dconnect.version=" + connect);
        }
        return new KafkaRuntime(jdk.home(), jars + "/*");
    }

    /** A part of names of tables, topics and connectors. */
    String id() {
        return "c" + connect.replaceAll("\\D", "") + "_j" + jdk.feature();
    }

    @Override
    public String toString() {
        return "Connect " + connect + " on Java " + jdk.version();
    }
}
