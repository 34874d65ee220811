package io.millrace.clients.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.tables.ByteWriter;
import io.millrace.tables.UndecodableRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowFormatTest {
    private static final Deserializer<String> TEXT =
            (topic, data) -> data.length == 0 ? null : new String(data, StandardCharsets.UTF_8);

    private static @Nullable Row keep(RowFormat<String> format, String value) {
        ByteWriter kept = new ByteWriter();
        boolean isValue = format.decode(
                "topic", new RecordHeaders(), ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)), kept);
        return isValue ? format.read(ByteBuffer.wrap(kept.toBytes()).asReadOnlyBuffer()) : null;
    }

    @Test
    void keepsTheFieldsAlone() {
        RowFormat<String> format = RowFormat.of(TEXT)
                .text("text", value -> value)
                .int32("length", String::length)
                .int64("long", value -> (long) value.length() << 40)
                .float64("half", value -> value.length() / 2.0)
                .bool("empty", String::isBlank)
                .bytes("bytes", value -> value.getBytes(StandardCharsets.UTF_8));
        Row row = keep(format, "Zürich 🏔");
        assertThat(row.names()).containsExactly("text", "length", "long", "half", "empty", "bytes");
        assertThat(row.text("text")).isEqualTo("Zürich 🏔");
        assertThat(row.int32("length")).isEqualTo(9);
        assertThat(row.int64("long")).isEqualTo(9L << 40);
        assertThat(row.float64("half")).isEqualTo(4.5);
        assertThat(row.bool("empty")).isFalse();
        assertThat(row.bytes("bytes")).isEqualTo("Zürich 🏔".getBytes(StandardCharsets.UTF_8));
        assertThat(row).hasToString("Row[text, length, long, half, empty, bytes]");
    }

    @Test
    void aFieldCanBeNull() {
        RowFormat<String> format = RowFormat.of(TEXT)
                .int32("number", value -> null)
                .text("text", value -> null)
                .text("rest", value -> value);
        Row row = keep(format, "a");
        assertThat(row.isNull("number")).isTrue();
        assertThat(row.text("text")).isNull();
        assertThat(row.text("rest")).isEqualTo("a");
        assertThatThrownBy(() -> row.int32("number"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("The field number is null; isNull shows that");
    }

    @Test
    void refusesFieldsThatAreNotThere() {
        Row row = keep(RowFormat.of(TEXT).text("name", value -> value), "a");
        assertThatThrownBy(() -> row.text("nmae"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is no field nmae; the fields are [name]");
        assertThatThrownBy(() -> row.int64("name"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The field name has the type TEXT, and was read as INT64");
        assertThatThrownBy(() -> RowFormat.of(TEXT).text("name", value -> value).bool("name", String::isBlank))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two fields with the name name");
    }

    @Test
    void aValueCanDeleteItsKey() {
        RowFormat<String> format =
                RowFormat.of(TEXT).deleteIf(value -> value.startsWith("-")).text("name", value -> value);
        assertThat(keep(format, "-gone")).isNull();
        assertThat(keep(format, "kept").text("name")).isEqualTo("kept");
    }

    @Test
    void aValueThatIsReadAsNullIsNotATombstone() {
        RowFormat<String> format = RowFormat.of(TEXT).text("name", value -> value);
        assertThatThrownBy(() -> keep(format, "")).isInstanceOf(UndecodableRecordException.class);
    }
}
