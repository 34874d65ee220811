package io.millrace.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Envelopes with schemas and without are read alike. */
class ChangeReaderTest {
    private static final Schema ROW = SchemaBuilder.struct()
            .optional()
            .field("id", Schema.INT64_SCHEMA)
            .field(
                    "status",
                    SchemaBuilder.string().optional().defaultValue("PAID").build())
            .build();
    private static final Schema SOURCE = SchemaBuilder.struct()
            .field("name", Schema.STRING_SCHEMA)
            .field("db", Schema.STRING_SCHEMA)
            .field("table", Schema.OPTIONAL_STRING_SCHEMA)
            .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
            .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
            .field(
                    "snapshot",
                    SchemaBuilder.string().optional().defaultValue("false").build())
            .build();
    private static final Schema ENVELOPE = SchemaBuilder.struct()
            .field("before", ROW)
            .field("after", ROW)
            .field("source", SOURCE)
            .field("op", Schema.OPTIONAL_STRING_SCHEMA)
            .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
            .build();

    private final ChangeReader reader = new ChangeReader();

    private static Struct envelope(String operation) {
        Struct source = new Struct(SOURCE).put("name", "shop").put("db", "shop").put("table", "orders");
        return new Struct(ENVELOPE).put("op", operation).put("source", source);
    }

    private static Struct row(long id) {
        return new Struct(ROW).put("id", id);
    }

    private static Object asMap(Object value) {
        if (!(value instanceof Struct struct)) {
            return value;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (Field field : struct.schema().fields()) {
            map.put(field.name(), asMap(struct.getWithoutDefault(field.name())));
        }
        return map;
    }

    private static Object form(Struct value, boolean schemas) {
        return schemas ? value : asMap(value);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsOperationRowsAndSource(boolean schemas) {
        Object value = form(envelope("u").put("before", row(1)).put("after", row(2)), schemas);

        assertThat(reader.read(value)).isTrue();
        assertThat(reader.operation()).isEqualTo(Operation.UPDATE);
        assertThat(RowValues.get(reader.before(), "id")).isEqualTo(1L);
        assertThat(RowValues.get(reader.after(), "id")).isEqualTo(2L);
        assertThat(reader.row()).isSameAs(reader.after());
        assertThat(reader.database()).isEqualTo("shop");
        assertThat(reader.table()).isEqualTo("orders");
        assertThat(reader.source("missing")).isNull();
        assertThat(reader.requireSourceText("name")).isEqualTo("shop");
        assertThatThrownBy(() -> reader.requireSourceText("ts_ms")).isInstanceOf(DataException.class);
        reader.requireRows();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsANullAsANullWhateverDefaultTheSchemaHas(boolean schemas) {
        assertThat(reader.read(form(envelope("d").put("before", row(1)), schemas)))
                .isTrue();

        assertThat(RowValues.get(reader.row(), "status")).isNull();
        assertThat(RowValues.has(reader.row(), "status")).isTrue();
        assertThat(reader.source("snapshot")).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void requiresTheRowsOfTheOperation(boolean schemas) {
        reader.read(form(envelope("u").put("after", row(1)), schemas));
        assertThatThrownBy(reader::requireRows).hasMessageContaining("'before' is missing");
        reader.read(form(envelope("c").put("before", row(1)), schemas));
        assertThatThrownBy(reader::requireRows).hasMessageContaining("'after' is missing");
        reader.read(form(envelope("t"), schemas));
        reader.requireRows();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesTheMostExactTime(boolean schemas) {
        Struct envelope = envelope("c");
        reader.read(form(envelope, schemas));
        assertThatThrownBy(reader::timeMicros).isInstanceOf(DataException.class);
        reader.read(form(envelope.put("ts_ms", 1L), schemas));
        assertThat(reader.timeMicros()).isEqualTo(1_000);
        envelope.getStruct("source").put("ts_ms", 2L);
        reader.read(form(envelope, schemas));
        assertThat(reader.timeMicros()).isEqualTo(2_000);
        envelope.getStruct("source").put("ts_us", 3L);
        reader.read(form(envelope, schemas));
        assertThat(reader.timeMicros()).isEqualTo(3);
    }

    @Test
    void knowsWhatIsNotAChange() {
        assertThat(reader.read(null)).isFalse();
        assertThat(reader.read("text")).isFalse();
        assertThat(reader.read(row(1))).isFalse();
        assertThat(reader.read(Map.of("source", "text", "op", "c"))).isFalse();
        Map<String, Object> schemaChange = new HashMap<>(Map.of("source", Map.of("db", "shop")));
        assertThat(reader.read(schemaChange)).isTrue();
        assertThat(reader.hasOperation()).isFalse();
        schemaChange.put("op", "m");
        assertThat(reader.read(schemaChange)).isTrue();
        assertThat(reader.hasOperation()).isTrue();
        assertThat(reader.operation()).isNull();
    }

    @Test
    void forgetsTheRecordBefore() {
        reader.read(envelope("u").put("before", row(1)).put("after", row(2)));
        assertThat(reader.read(Map.of("ts_ms", 1L))).isFalse();
        assertThat(reader.row()).isNull();
        assertThat(reader.operation()).isNull();
        assertThat(reader.database()).isNull();
        assertThat(reader.source()).isNull();
    }

    @Test
    void readsRecordsOfManySchemas() {
        for (int i = 0; i < 3_000; i++) {
            Schema schema = SchemaBuilder.struct()
                    .field("n" + i % 7, Schema.OPTIONAL_STRING_SCHEMA)
                    .field("op", Schema.STRING_SCHEMA)
                    .field("source", SOURCE)
                    .build();
            Struct source = new Struct(SOURCE).put("name", "shop").put("db", "db" + i);
            assertThat(reader.read(new Struct(schema).put("op", "c").put("source", source)))
                    .isTrue();
            assertThat(reader.database()).isEqualTo("db" + i);
        }
    }
}
