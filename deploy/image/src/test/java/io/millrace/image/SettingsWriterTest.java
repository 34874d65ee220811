package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsWriterTest {
    @TempDir
    Path directory;

    @Test
    void everyValueIsReadAsItWasGiven() throws Exception {
        String value = "user=\"ä\\b\" password=\"#!= :🌊\nx\";";
        SettingsWriter.writeSettings(
                directory,
                Map.of(
                        "CONNECT_BOOTSTRAP_SERVERS", "kafka:9092",
                        "CONNECT_GROUP_ID", "shop",
                        "CONNECT_SASL_JAAS_CONFIG", value),
                "10.0.0.7");

        Properties worker = new Properties();
        try (InputStream in = Files.newInputStream(directory.resolve("worker.properties"))) {
            worker.load(in);
        }
        assertThat(worker).containsEntry("sasl.jaas.config", value).containsEntry("group.id", "shop");
        assertThat(directory.resolve("log4j2.properties")).isNotEmptyFile();
    }

    @Test
    void aStandaloneWorkerKeepsItsOffsetsBesideItsSettings() throws Exception {
        SettingsWriter.writeSettings(
                directory,
                Map.of("CONNECT_BOOTSTRAP_SERVERS", "kafka:9092", "STANDALONE_CONNECTOR", "channels.json"),
                "10.0.0.7");

        Properties worker = new Properties();
        try (InputStream in = Files.newInputStream(directory.resolve("worker.properties"))) {
            worker.load(in);
        }
        assertThat(worker)
                .containsEntry(
                        "offset.storage.file.filename",
                        directory.resolve("connect.offsets").toString())
                .doesNotContainKey("group.id");
    }
}
