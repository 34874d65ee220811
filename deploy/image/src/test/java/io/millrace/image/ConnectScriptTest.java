package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image's start script, up to its first Java program, for which a stub ends with a status of its own. */
class ConnectScriptTest {
    private static final Path SCRIPT = Path.of("src/main/docker/bin/connect").toAbsolutePath();
    private static final int REACHED_JAVA = 42;
    private static final int REFUSED = 2;

    @TempDir
    private Path folder;

    @Test
    void ignoresWhatKubernetesSetsForServicesOfTheseNames() throws Exception {
        assertThat(run(Map.of("PROMETHEUS_PORT", "tcp://10.96.12.7:9090"))).isEqualTo(REACHED_JAVA);
        assertThat(run(Map.of("KAFKA_JMX_PORT", "tcp://10.96.12.7:9999"))).isEqualTo(REACHED_JAVA);
    }

    @Test
    void refusesWhatIsNotAPort() throws Exception {
        assertThat(run(Map.of("PROMETHEUS_PORT", "94040"))).isEqualTo(REFUSED);
        assertThat(run(Map.of("KAFKA_JMX_PORT", "tcp"))).isEqualTo(REFUSED);
    }

    @Test
    void refusesAConnectorThatCannotBeRead() throws Exception {
        Path connector = folder.resolve("channels.json");
        assertThat(run(Map.of("STANDALONE_CONNECTOR", connector.toString()))).isEqualTo(REFUSED);
        Files.writeString(connector, "{}");
        assertThat(run(Map.of("STANDALONE_CONNECTOR", connector.toString()))).isEqualTo(REACHED_JAVA);
    }

    private int run(Map<String, String> environment) throws IOException, InterruptedException {
        Path java = folder.resolve("java");
        Files.write(java, ("#!/bin/sh\nexit " + REACHED_JAVA + "\n").getBytes(StandardCharsets.UTF_8));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder process = new ProcessBuilder("bash", SCRIPT.toString()).redirectErrorStream(true);
        process.environment().putAll(environment);
        process.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        process.environment().put("TMPDIR", folder.toString());
        process.redirectOutput(folder.resolve("output").toFile());
        return process.start().waitFor();
    }
}
