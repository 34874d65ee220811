package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A NULL of a row is a NULL in both transforms, with schemas and without, whatever default the column has. */
class NullColumnsTest {
    private static final Schema ROW = SchemaBuilder.struct()
            .optional()
            .field("id", Schema.INT64_SCHEMA)
            .field("status", textWithDefault("PAID"))
            .field("updated_by", textWithDefault("system"))
            .build();
    private static final Schema SOURCE = SchemaBuilder.struct()
            .field("name", Schema.STRING_SCHEMA)
            .field("db", Schema.STRING_SCHEMA)
            .field("table", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.INT64_SCHEMA)
            .build();
    private static final Schema ENVELOPE = SchemaBuilder.struct()
            .field("before", ROW)
            .field("after", ROW)
            .field("source", SOURCE)
            .field("op", Schema.STRING_SCHEMA)
            .build();

    private static Schema textWithDefault(String value) {
        return SchemaBuilder.string().optional().defaultValue(value).build();
    }

    /** An update of a row whose status and author were and are NULL. */
    private static List<SourceRecord> updates() {
        Struct value = new Struct(ENVELOPE)
                .put("before", row(null))
                .put("after", row(null))
                .put("source", source())
                .put("op", "u");
        SourceRecord change = new SourceRecord(
                Map.of("server", "shop"), Changes.offset(3, 1), "shop.shop.orders", null, null, null, ENVELOPE, value);
        return List.of(change, Schemaless.of(change));
    }

    private static Struct row(String status) {
        return new Struct(ROW).put("id", 7L).put("status", status).put("updated_by", null);
    }

    private static Struct source() {
        return new Struct(SOURCE)
                .put("name", "shop")
                .put("db", "shop")
                .put("table", "orders")
                .put("ts_ms", 1_700_000_000_123L);
    }

    @Test
    void isNotTheAuthorOfAChange() {
        for (SourceRecord change : updates()) {
            InjectContext<SourceRecord> transform = new InjectContext<>();
            transform.configure(Map.of(
                    "keys", "userId,requestId",
                    "sources", "column,fixed",
                    "column.names", "userId=updated_by,requestId=status",
                    "fixed", "requestId=none"));

            SourceRecord out = transform.apply(change);

            assertThat(out.headers().lastWithName("userId")).isNull();
            assertThat(out.headers().lastWithName("requestId").value()).isEqualTo("none");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Evaluated on Connect's own values.
                "before.status != 'PAID'",
                "!(before.status == 'PAID')",
                "after.status == null",
                "!(after.status in ['PAID', 'NEW'])",
                "!changed('status')",
                "row.status == before.status",
                // Evaluated by CEL's interpreter.
                "before['sta' + 'tus'] != 'PAID'",
                "coalesce(before.status, 'none') == 'none'",
                "[before.status].all(status, status != 'PAID')",
                "!before.exists(name, before[name] == 'PAID')"
            })
    void isNotItsDefaultToACondition(String condition) {
        for (SourceRecord change : updates()) {
            assertThat(event("when: " + condition, change)).as("%s", change).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"status,", "before.status,", "coalesce(after.status; 'none'),none"})
    void isNotItsDefaultInAnEvent(String expression, String expected) {
        for (SourceRecord change : updates()) {
            SourceRecord event = event(
                    "fields: found: string? = " + expression.replace(';', ',').replaceFirst("^status", "row.status"),
                    change);

            Object found = event.value() instanceof Struct struct
                    ? struct.getWithoutDefault("found")
                    : ((Map<?, ?>) event.value()).get("found");
            assertThat(found).isEqualTo(expected);
        }
    }

    private static SourceRecord event(String clauses, SourceRecord change) {
        ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>();
        transform.configure(Map.of(
                "table.1", "shop.orders; fields: id", "rule.1", "Changed; table: shop.orders; on: update; " + clauses));
        return transform.apply(change);
    }
}
