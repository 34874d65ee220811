package io.millrace.payloads.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.payloads.Codec;
import io.millrace.payloads.PayloadReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files pin what others read and wrote: they are never changed, only joined by those of another version. */
class PayloadSchemaTest {
    private static final PayloadReference REFERENCE = new PayloadReference(
            "s3://shop-payloads/images/2026-11-21/c0ffee.zst",
            5_242_880,
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            Codec.ZSTD,
            "image/png");
    private static final Schema NOTE = SchemaBuilder.string()
            .name("io.debezium.data.Json")
            .version(1)
            .doc("a note")
            .parameter("length", "1000")
            .optional()
            .defaultValue("none")
            .build();

    private static String json(Schema schema, Object value) {
        try (JsonConverter converter = new JsonConverter()) {
            converter.configure(Map.of("schemas.enable", schema != null), false);
            return new String(converter.fromConnectData("images", schema, value), StandardCharsets.UTF_8);
        }
    }

    private static String file(String name) throws IOException {
        try (InputStream in = PayloadSchemaTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    @Test
    void writesAStoredStructAsInTheFile() throws IOException {
        Schema schema = PayloadSchema.of("shop.images.Value_image", Schema.OPTIONAL_BYTES_SCHEMA);
        Object value = FieldPayload.stored(Schema.Type.BYTES, REFERENCE).toStruct(schema);
        assertThat(json(schema, value)).isEqualTo(file("stored-struct.json"));
    }

    @Test
    void writesAnInlineStructAsInTheFile() throws IOException {
        Schema schema = PayloadSchema.of("shop.images.Value_note", NOTE);
        Object value = FieldPayload.inline("{}", new byte[] {'{', '}'}, null).toStruct(schema);
        assertThat(json(schema, value)).isEqualTo(file("inline-struct.json"));
    }

    @Test
    void writesMapsAsInTheFiles() throws IOException {
        assertThat(json(null, FieldPayload.stored(Schema.Type.STRING, REFERENCE).toMap()))
                .isEqualTo(file("stored-map.json"));
        byte[] bytes = {0, 1, (byte) 0xff};
        assertThat(json(null, FieldPayload.inline(bytes, bytes, "image/png").toMap()))
                .isEqualTo(file("inline-map.json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stored-map.json", "inline-map.json"})
    void readsTheFiles(String name) throws IOException {
        try (JsonConverter converter = new JsonConverter()) {
            converter.configure(Map.of("schemas.enable", false), false);
            Object map = converter
                    .toConnectData("images", file(name).getBytes(StandardCharsets.UTF_8))
                    .value();
            assertThat(PayloadSchema.describes(map)).isTrue();
            FieldPayload payload = FieldPayload.of(map);
            if (payload.isInline()) {
                assertThat((byte[]) payload.inline()).containsExactly(0, 1, 0xff);
            } else {
                assertThat(payload.reference()).isEqualTo(REFERENCE);
            }
        }
    }

    @Test
    void keepsWhatTheOriginalSchemaSays() {
        assertThat(PayloadSchema.original(PayloadSchema.of("x", NOTE))).isEqualTo(NOTE);
        Schema bytes = SchemaBuilder.bytes().defaultValue(new byte[] {1, 2}).build();
        Schema rebuilt = PayloadSchema.original(PayloadSchema.of("x", bytes));
        assertThat(rebuilt.isOptional()).isFalse();
        assertThat(FieldBytes.bytes(rebuilt.defaultValue())).containsExactly(1, 2);
    }

    @Test
    void tellsNothingOfTheValueInItsText() {
        assertThat(FieldPayload.inline("secret", new byte[6], null).toString()).doesNotContain("secret");
    }
}
