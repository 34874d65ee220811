package io.millrace.connectors.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.events.OriginalBytes;
import java.net.ConnectException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.junit.jupiter.api.Test;

class RecordDecoderTest {
    private static final Map<String, Object> PARTITION = Map.of("kafka_topic", "raw");
    private static final Map<String, Object> OFFSET = Map.of("kafka_offset", 43L);

    @Test
    void keepsTopicTimestampAndHeaders() throws DecodingException {
        try (RecordDecoder decoder = decoder(Map.of())) {
            SourceRecord decoded = decoder.decode(record("{\"id\":7}", "{\"a\":null}", 1_234), PARTITION, OFFSET);
            assertThat(decoded.topic()).isEqualTo("raw");
            assertThat(decoded.kafkaPartition()).isNull();
            assertThat(decoded.timestamp()).isEqualTo(1_234);
            assertThat(decoded.key()).isEqualTo(Map.of("id", 7L));
            assertThat(((Map<?, ?>) decoded.value()).containsKey("a")).isTrue();
            assertThat(decoded.sourceOffset()).isEqualTo(OFFSET);
            // Connect's SimpleHeaderConverter would make a number of it.
            assertThat(decoded.headers().lastWithName("requestId").value()).isEqualTo("007");
            assertThat(decoder.decode(record(null, null, -1), PARTITION, OFFSET).timestamp())
                    .isNull();
            // Connect looks records up by content otherwise, which costs more than an event.
            assertThat(decoded)
                    .isNotEqualTo(decoder.decode(record("{\"id\":7}", "{\"a\":null}", 1_234), PARTITION, OFFSET));
        }
    }

    @Test
    void stopsTheTaskAtARecordThatCannotBeDecoded() {
        try (RecordDecoder decoder = decoder(Map.of())) {
            DecodingException failure = fail(decoder, record("{}", "{secret", 0));
            assertThat(failure.isTransient()).isFalse();
            assertThat(failure).hasNoCause();
            assertThatThrownBy(() -> new UndecodableRecords(Optional.empty())
                            .replace(record("{}", "{secret", 0), PARTITION, OFFSET, failure))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("raw-3@42")
                    .hasMessageContaining("expected a value that")
                    .hasMessageContaining("JsonConverter")
                    .hasMessageContaining("DataException")
                    .hasMessageContaining("undecodable.topic")
                    .hasMessageContaining("PATCH the offset 43")
                    .hasMessageNotContaining("secret");
            assertThat(fail(decoder, record("{secret", "{}", 0))).hasMessageContaining("expected a key that");
        }
    }

    @Test
    void keepsTheOriginalBytesOfARecordThatCannotBeDecoded() {
        try (RecordDecoder decoder = decoder(Map.of())) {
            ConsumerRecord<byte[], byte[]> record = record("{\"id\":7}", "{secret", 1_234);
            record.headers().add("binary", new byte[] {(byte) 0xff});
            record.headers().add(UndecodableRecords.REASON, "of an earlier time".getBytes(UTF_8));
            SourceRecord sent = new UndecodableRecords(Optional.of("undecodable"))
                    .replace(record, PARTITION, OFFSET, fail(decoder, record));
            assertThat(sent.topic()).isEqualTo("undecodable");
            assertThat(sent.timestamp()).isEqualTo(1_234);
            assertThat(sent.sourceOffset()).isEqualTo(OFFSET);
            assertThat(OriginalBytes.isValueOf(sent)).isTrue();
            assertThat(sent.value()).isEqualTo("{secret".getBytes(UTF_8));
            assertThat(sent.key()).isEqualTo("{\"id\":7}".getBytes(UTF_8));
            assertThat(sent.headers())
                    .extracting(Header::key)
                    .containsExactly("requestId", "binary", "millrace.error.reason", "millrace.error.record");
            assertThat(sent.headers().lastWithName("binary").value()).isEqualTo(new byte[] {(byte) 0xff});
            assertThat(sent.headers().lastWithName("millrace.error.record").value())
                    .isEqualTo("raw-3@42");
            assertThat(sent.headers().lastWithName("millrace.error.reason").value())
                    .asString()
                    .doesNotContain("secret");
        }
    }

    /** A schema registry that does not respond must not send every record to the topic for undecodable ones. */
    @Test
    void tellsAFailedConnectionFromWrongBytes() {
        try (RecordDecoder decoder = decoder(Map.of("source.value.converter", Unreachable.class.getName()))) {
            assertThat(fail(decoder, record("{}", "{}", 0)).isTransient()).isTrue();
        }
    }

    /** A converter whose schema registry does not respond. */
    public static final class Unreachable implements Converter {
        @Override
        public void configure(Map<String, ?> options, boolean isKey) {}

        @Override
        public byte[] fromConnectData(String topic, Schema schema, Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SchemaAndValue toConnectData(String topic, byte[] value) {
            throw new DataException("Failed to deserialize", new ConnectException("Connection refused"));
        }
    }

    private static DecodingException fail(RecordDecoder decoder, ConsumerRecord<byte[], byte[]> record) {
        return catchThrowableOfType(DecodingException.class, () -> decoder.decode(record, PARTITION, OFFSET));
    }

    private static RecordDecoder decoder(Map<String, String> more) {
        Map<String, String> options = new HashMap<>(TopicSourceCheckTest.options());
        options.putAll(more);
        return RecordDecoder.of(TopicSourceOptions.ALL.read(options));
    }

    private static ConsumerRecord<byte[], byte[]> record(String key, String value, long timestamp) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("requestId", "007".getBytes(UTF_8));
        return new ConsumerRecord<>(
                "raw",
                3,
                42,
                timestamp,
                TimestampType.CREATE_TIME,
                -1,
                -1,
                key == null ? null : key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8),
                headers,
                Optional.empty());
    }
}
