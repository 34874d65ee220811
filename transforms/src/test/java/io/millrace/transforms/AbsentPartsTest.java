package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an event has of a row that is not there, of a part of a NULL, and of Debezium's semantic types. */
class AbsentPartsTest {
    private static final Schema META =
            SchemaBuilder.struct().field("width", Schema.INT32_SCHEMA).build();
    private static final Schema IMAGE = SchemaBuilder.struct()
            .optional()
            .field("sha256", Schema.STRING_SCHEMA)
            .field("meta", META)
            .build();
    private static final Schema VARIABLE = SchemaBuilder.struct()
            .name("io.debezium.data.VariableScaleDecimal")
            .optional()
            .field("scale", Schema.INT32_SCHEMA)
            .field("value", Schema.BYTES_SCHEMA)
            .build();
    private static final Schema ROW = SchemaBuilder.struct()
            .optional()
            .field("id", Schema.INT64_SCHEMA)
            .field("status", Schema.STRING_SCHEMA)
            .field("image", IMAGE)
            .field("total", Decimal.builder(2).optional().build())
            .field("note", Schema.OPTIONAL_STRING_SCHEMA)
            .field("placed_at", debezium("Timestamp", SchemaBuilder.int64()))
            .field("paid_at", debezium("MicroTimestamp", SchemaBuilder.int64()))
            .field("sent_at", debezium("ZonedTimestamp", SchemaBuilder.string()))
            .field("due", debezium("Date", SchemaBuilder.int32()))
            .field("weight", VARIABLE)
            .field(
                    "cents",
                    SchemaBuilder.int64().name("com.example.Cents").optional().build())
            .build();
    private static final Schema ENVELOPE = SchemaBuilder.struct()
            .field("before", ROW)
            .field("after", ROW)
            .field("source", Changes.SOURCE)
            .field("op", Schema.STRING_SCHEMA)
            .build();

    private static Schema debezium(String type, SchemaBuilder builder) {
        return builder.name("io.debezium.time." + type).optional().build();
    }

    private static Struct row() {
        return new Struct(ROW)
                .put("id", 7L)
                .put("status", "PAID")
                .put("placed_at", 1_700_000_000_123L)
                .put("paid_at", 1_700_000_000_123_456L)
                .put("sent_at", "2023-11-14T22:13:20.5Z")
                .put("due", 19_000)
                .put("weight", new Struct(VARIABLE).put("scale", 1).put("value", new byte[] {25}))
                .put("cents", 7L);
    }

    private static SourceRecord change(String op, Struct before, Struct after) {
        Struct source = new Struct(Changes.SOURCE)
                .put("name", "shop")
                .put("ts_ms", 1_700_000_000_123L)
                .put("db", "shop")
                .put("table", "orders");
        Struct value = new Struct(ENVELOPE)
                .put("before", before)
                .put("after", after)
                .put("source", source)
                .put("op", op);
        return new SourceRecord(
                Map.of("server", "shop"), Changes.offset(3, 1), "shop.shop.orders", null, null, null, ENVELOPE, value);
    }

    private static SourceRecord event(String operations, String clauses, SourceRecord change) {
        ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>();
        Map<String, String> options = new HashMap<>();
        options.put("table.1", "shop.orders; key: id");
        options.put("rule.1", "Seen; table: shop.orders; on: " + operations + "; " + clauses);
        transform.configure(options);
        return transform.apply(change);
    }

    private static Object field(SourceRecord event, String name) {
        return event.value() instanceof Struct struct ? struct.get(name) : ((Map<?, ?>) event.value()).get(name);
    }

    private static List<SourceRecord> withAndWithoutSchemas(SourceRecord change) {
        return List.of(change, Schemaless.of(change));
    }

    @Test
    void aPartOfANullIsNull() {
        for (SourceRecord change : withAndWithoutSchemas(change("c", null, row()))) {
            SourceRecord event = event("create", "fields: hash = after.image.sha256, meta = row.image.meta", change);

            assertThat(field(event, "hash")).isNull();
            assertThat(field(event, "meta")).isNull();
        }
        Struct row =
                row().put("image", new Struct(IMAGE).put("sha256", "ab").put("meta", new Struct(META).put("width", 3)));
        SourceRecord event =
                event("create", "fields: hash = after.image.sha256, meta = row.image.meta", change("c", null, row));
        assertThat(field(event, "hash")).isEqualTo("ab");
        assertThat(((Struct) field(event, "meta")).get("width")).isEqualTo(3);
        assertThat(event.valueSchema().field("hash").schema().isOptional()).isTrue();
    }

    @Test
    void aRowThatIsNotThereReadsAsARowOfNulls() {
        for (SourceRecord change : withAndWithoutSchemas(change("c", null, row()))) {
            SourceRecord event = event("create, update", "fields: old = before.status, status", change);

            assertThat(field(event, "old")).isNull();
            assertThat(field(event, "status")).isEqualTo("PAID");
        }
        SourceRecord update = event("update", "fields: old = before.status", change("u", row(), row()));
        assertThat(update.valueSchema().field("old").schema()).isEqualTo(Schema.STRING_SCHEMA);
        SourceRecord create = event("create, update", "fields: old = before.status, status", change("u", row(), row()));
        assertThat(create.valueSchema().field("old").schema()).isEqualTo(Schema.OPTIONAL_STRING_SCHEMA);
        assertThat(create.valueSchema().field("status").schema()).isEqualTo(Schema.STRING_SCHEMA);
    }

    @Test
    void anOperationAloneIsAString() {
        for (SourceRecord change : withAndWithoutSchemas(change("c", null, row()))) {
            SourceRecord event = event("create", "fields: op = op, was_new = changed('status')", change);

            assertThat(field(event, "op")).isEqualTo("c");
            assertThat(field(event, "was_new")).isEqualTo(true);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "after.total > 1000",
                "has(after.note) && after.note.startsWith('VIP')",
                "after.total > before.total",
                "has(before.status)",
                "!(after.total <= 1000)"
            })
    void aConditionOverANullDoesNotHold(String condition) {
        for (SourceRecord change : withAndWithoutSchemas(change("c", null, row()))) {
            assertThat(event("create, update", "fields: id; when: " + condition, change))
                    .isNull();
        }
    }

    @Test
    void declaredTypesReadSemanticTypes() {
        SourceRecord event = event(
                "create",
                "fields: placed: timestamp = row.placed_at, sent: timestamp = row.sent_at, due: date = row.due,"
                        + " due_at: timestamp = row.due, weight: decimal(2) = row.weight",
                change("c", null, row()));

        assertThat(field(event, "placed")).isEqualTo(java.util.Date.from(Instant.ofEpochMilli(1_700_000_000_123L)));
        assertThat(field(event, "sent")).isEqualTo(java.util.Date.from(Instant.ofEpochMilli(1_700_000_000_500L)));
        assertThat(field(event, "due")).isEqualTo(Date.toLogical(Date.SCHEMA, 19_000));
        assertThat(field(event, "due_at")).isEqualTo(Timestamp.toLogical(Timestamp.SCHEMA, 19_000 * 86_400_000L));
        assertThat(field(event, "weight")).hasToString("2.50");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "x: timestamp = row.paid_at ; expected a timestamp of milliseconds",
                "x: timestamp = row.cents   ; com.example.Cents",
                "x: timestamp = row.id      ; found Long",
                "x: date = row.placed_at    ; not midnight",
                "x: decimal(0) = row.weight ; decimal places",
                "x: string = row.note       ; found null"
            })
    void declaredTypesCutAndGuessNothing(String fields, String reason) {
        assertThatThrownBy(() -> event("create", "fields: " + fields, change("c", null, row())))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(reason);
    }
}
