package io.millrace.payloads.chunks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.payloads.config.PayloadOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.junit.jupiter.api.Test;

class ChunkTopicTest {
    private static ChunkTopic topic(String retentionMs) {
        return new ChunkTopic(
                "chunks",
                ChunkSettings.of(
                        "kafka:chunks",
                        PayloadOptions.WRITING.read(Map.of(
                                "payload.store", "kafka:chunks",
                                "payload.kafka.bootstrap.servers", "127.0.0.1:1",
                                "payload.chunk.retention.ms", retentionMs))));
    }

    private static Config config(String cleanup, String retention, String segment) {
        return new Config(List.of(
                new ConfigEntry("cleanup.policy", cleanup),
                new ConfigEntry("retention.ms", retention),
                new ConfigEntry("segment.ms", segment),
                new ConfigEntry("retention.bytes", "-1"),
                new ConfigEntry("max.message.bytes", "1048588")));
    }

    private static Duration reuseTime(String required, String kept) {
        ChunkTopic topic = topic(required);
        topic.checkSettings(config("delete", kept, "604800000"));
        return topic.reuseTime();
    }

    @Test
    void sharesChunksOnlyWithinTheTimeThatItKeepsThemForLonger() {
        assertThat(topic("60000").reuseTime()).isZero();
        assertThat(reuseTime("60000", "60000")).isZero();
        assertThat(reuseTime("60000", "61000")).isEqualTo(Duration.ofSeconds(1));
        assertThat(reuseTime("1", "60000")).isEqualTo(Duration.ofSeconds(6));
        assertThat(reuseTime("604800000", "7776000000")).isEqualTo(Duration.ofDays(1));
        assertThat(reuseTime("604800000", "-1")).isEqualTo(Duration.ofDays(1));
        assertThat(reuseTime("-1", "-1")).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void tellsWhenRecordsLiveForLongerThanTheirChunks() {
        ChunkTopic topic = topic("60000");
        Config chunks = config("delete", "1000", "100");

        assertThat(topic.findLongerRetention("orders", config("delete", "800", "200"), chunks))
                .isEmpty();
        assertThat(topic.findLongerRetention("orders", config("delete", "801", "200"), chunks))
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("orders keeps records for up to 801 ms (retention.ms) and 200 ms (segment.ms)")
                        .contains("kafka:chunks keeps their chunks for 1000 ms")
                        .contains("payload.chunk.retention.ms"));
        assertThat(topic.findLongerRetention("orders", config("compact", "800", "100"), chunks))
                .hasValueSatisfying(text -> assertThat(text).contains("for ever"));
        assertThat(topic.findLongerRetention("orders", config("delete", "-1", "100"), chunks))
                .hasValueSatisfying(text -> assertThat(text).contains("for ever"));
        assertThat(topic.findLongerRetention("orders", config("compact", "-1", "100"), config("delete", "-1", "100")))
                .isEmpty();
    }
}
