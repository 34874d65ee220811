package io.millrace.converters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.events.OriginalBytes;
import java.io.IOException;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class OriginalBytesConverterTest {
    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final byte[] NO_TEXT = {(byte) 0xff, 0, (byte) 0xc3};

    @Test
    void writesOriginalBytesAsTheyAreAndEverythingElseWithTheOtherConverter() throws IOException {
        try (OriginalBytesConverter values = new OriginalBytesConverter()) {
            values.configure(
                    Map.of("original-bytes.converter", JSON, "original-bytes.converter.schemas.enable", "false"),
                    false);
            assertThat(values.fromConnectData("t", new RecordHeaders(), OriginalBytes.SCHEMA, NO_TEXT))
                    .isEqualTo(NO_TEXT);
            assertThat(values.fromConnectData("t", OriginalBytes.SCHEMA, null)).isNull();
            assertThat(values.fromConnectData("t", new RecordHeaders(), Schema.STRING_SCHEMA, "ü"))
                    .isEqualTo("\"ü\"".getBytes(UTF_8));
            assertThat(values.fromConnectData("t", Schema.BYTES_SCHEMA, NO_TEXT))
                    .isEqualTo("\"/wDD\"".getBytes(UTF_8));
            assertThat(values.toConnectData("t", new RecordHeaders(), "7".getBytes(UTF_8))
                            .value())
                    .isEqualTo(7L);
        }
    }

    @Test
    void writesOriginalBytesOfHeaders() throws IOException {
        try (OriginalBytesConverter headers = new OriginalBytesConverter()) {
            headers.configure(Map.of(
                    "converter.type",
                    "header",
                    "original-bytes.converter",
                    "org.apache.kafka.connect.storage.StringConverter"));
            assertThat(headers.fromConnectHeader("t", "h", OriginalBytes.SCHEMA, NO_TEXT))
                    .isEqualTo(NO_TEXT);
            assertThat(headers.fromConnectHeader("t", "h", Schema.STRING_SCHEMA, "x"))
                    .isEqualTo("x".getBytes(UTF_8));
            assertThat(headers.toConnectHeader("t", "h", "x".getBytes(UTF_8)))
                    .isEqualTo(new SchemaAndValue(Schema.OPTIONAL_STRING_SCHEMA, "x"));
        }
    }

    @Test
    void refusesWrongOptions() throws IOException {
        try (OriginalBytesConverter converter = new OriginalBytesConverter()) {
            assertThatThrownBy(() -> converter.fromConnectData("t", Schema.STRING_SCHEMA, "x"))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("before its configuration");
            assertThatThrownBy(() -> converter.configure(Map.of(), true))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("original-bytes.converter");
            assertThatThrownBy(() -> converter.configure(Map.of("original-bytes.converter", "nowhere"), true))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("original-bytes.converter");
            assertThatThrownBy(() -> converter.configure(Map.of("original-bytes.converter", "java.lang.String"), true))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("Converter");
        }
    }
}
