package io.millrace.payloads.chunks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;

class ChunkOptionsTest {
    @Test
    void aKafkaLocationNeedsBrokersAndAFolderDoesNot() {
        assertThatThrownBy(() -> Payloads.openWriter(config(Map.of("payload.store", "kafka:chunks")), "Test"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("payload.kafka.bootstrap.servers")
                .hasMessageContaining("kafka:chunks");
        Payloads.openWriter(config(Map.of("payload.store", "file:/tmp/payloads")), "Test")
                .close();
    }

    @Test
    void nothingOfARefusedConfigurationStaysInJmx() throws Exception {
        ObjectName shown = new ObjectName("io.millrace:type=payloads,plugin=Refused,*");
        assertThatThrownBy(() -> Payloads.openWriter(config(Map.of("payload.store", "kafka:chunks")), "Refused"))
                .isInstanceOf(ConfigException.class);

        assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(shown, null))
                .isEmpty();
    }

    @Test
    void settingsOfTheClientsAreHandedOn() {
        ChunkSettings settings = settings(Map.of(
                "payload.kafka.bootstrap.servers", "127.0.0.1:1",
                "payload.kafka.security.protocol", "SASL_PLAINTEXT",
                "payload.kafka.sasl.jaas.config", "top secret",
                "payload.kafka.delivery.timeout.ms", "30000"));

        for (Map<String, Object> client : List.of(settings.producer(), settings.consumer(), settings.admin())) {
            assertThat(client)
                    .containsEntry("bootstrap.servers", "127.0.0.1:1")
                    .containsEntry("security.protocol", "SASL_PLAINTEXT")
                    .containsEntry("sasl.jaas.config", new Password("top secret"));
        }
        assertThat(settings.producer()).containsEntry("delivery.timeout.ms", "30000");
        assertThat(settings.toString()).doesNotContain("secret").doesNotContain("SASL");
    }

    @Test
    void settingsThatThePromiseRestsOnAreRefused() {
        for (String setting : new String[] {"acks", "transactional.id", "isolation.level", "group.id"}) {
            assertThatThrownBy(() -> settings(
                            Map.of("payload.kafka.bootstrap.servers", "127.0.0.1:1", "payload.kafka." + setting, "1")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("payload.kafka." + setting);
        }
    }

    @Test
    void settingsThatKafkaWouldRefuseLaterAreRefusedNow() {
        assertThatThrownBy(() -> settings(Map.of(
                        "payload.kafka.bootstrap.servers", "127.0.0.1:1",
                        "payload.kafka.delivery.timeout.ms", "soon")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("payload.kafka.")
                .hasMessageContaining("delivery.timeout.ms");
    }

    @Test
    void chunksSoSmallThatAManifestMightBeLargerAreRefused() {
        assertThatThrownBy(() -> config(Map.of("payload.store", "kafka:chunks", "payload.chunk.bytes", "1000")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("payload.chunk.bytes");
        int least = 128 * 1024;
        assertThat(new ChunkFormat.Manifest(
                                0, "0".repeat(64), new long[ChunkFormat.countChunks(Integer.MAX_VALUE, least)])
                        .value())
                .hasSizeLessThan(least + ChunkFormat.OVERHEAD);
    }

    private static ChunkSettings settings(Map<String, String> options) {
        Map<String, String> all = new HashMap<>(options);
        all.put("payload.store", "kafka:chunks");
        return ChunkSettings.of("kafka:chunks", config(all));
    }

    private static AbstractConfig config(Map<String, String> options) {
        return PayloadOptions.WRITING.read(options);
    }
}
