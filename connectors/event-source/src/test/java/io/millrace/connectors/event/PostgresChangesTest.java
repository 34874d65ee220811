package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.events.WalPlace;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The mapping of what Debezium's connector for PostgreSQL leaves out, and of its logical messages. */
class PostgresChangesTest {
    private static final String PLACEHOLDER = "__debezium_unavailable_value";
    private static final byte[] BYTES = PLACEHOLDER.getBytes(StandardCharsets.UTF_8);

    private static final Schema MESSAGE = SchemaBuilder.struct()
            .name("io.debezium.connector.postgresql.MessageValue")
            .field("op", Schema.STRING_SCHEMA)
            .field(
                    "source",
                    SchemaBuilder.struct()
                            .field("txId", Schema.OPTIONAL_INT64_SCHEMA)
                            .build())
            .field(
                    "message",
                    SchemaBuilder.struct()
                            .field("prefix", Schema.STRING_SCHEMA)
                            .field("content", Schema.BYTES_SCHEMA)
                            .build())
            .build();

    @Test
    void refusesARuleThatReadsTheRowBeforeIfItIsMissing() {
        SourceRecord update = change("u", null, row("PAID", "text"));

        assertThatThrownBy(() -> map("Paid; on: update; when: changed('status'); fields: id", update))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("rule Paid", "REPLICA IDENTITY FULL", "shop.orders");
        assertThatThrownBy(() -> map("Paid; on: update; fields: id, was: string? = before.status", update))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("before.status");
        assertThat(map("Paid; on: update; when: after.status == 'PAID'; fields: id", update))
                .hasSize(1);
        assertThat(map("Paid; on: create, update; when: after.status == 'PAID'; fields: id", update))
                .hasSize(1);
    }

    static List<Object> placeholders() {
        List<Long> codes = new ArrayList<>();
        for (byte code : BYTES) {
            codes.add((long) code);
        }
        return List.of(
                PLACEHOLDER,
                ByteBuffer.wrap(BYTES),
                BYTES,
                List.of(PLACEHOLDER),
                List.of(ByteBuffer.wrap(BYTES)),
                List.of(UUID.nameUUIDFromBytes(BYTES).toString()),
                codes,
                Map.of(PLACEHOLDER, PLACEHOLDER));
    }

    @ParameterizedTest
    @MethodSource("placeholders")
    void refusesARuleThatReadsAValueThatIsMissing(Object placeholder) {
        SourceRecord update = change("u", row("NEW", "text"), row("PAID", placeholder));

        assertThatThrownBy(() -> map("Paid; on: update; fields: id, body", update))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("row.body", "REPLICA IDENTITY FULL")
                .hasMessageNotContaining(PLACEHOLDER);
        // A rule of another text must not be passed over because of the placeholder.
        assertThatThrownBy(() -> map("Long; on: update; when: after.body == 'text'; fields: id", update))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("after.body");
        assertThat(map("Paid; on: update; when: changed('status'); fields: id, status", update))
                .hasSize(1);
        // Only an update can lack a value: in a new row it is the service's own text.
        assertThat(map("Made; on: create; fields: id, body", change("c", null, row("NEW", placeholder))))
                .hasSize(1);
    }

    @Test
    void givesChangesTheLastMessageBeforeThemInTheirTransaction() {
        List<SourceRecord> mapped = map(
                "Paid; on: create; fields: id",
                message(7L, "millrace.context", "requestId='r-1',userId='u%201'"),
                inTransaction(7),
                message(7L, "other", "requestId='wrong'"),
                message(7L, "millrace.context", "requestId='r-2'"),
                inTransaction(7),
                inTransaction(8),
                message(null, "millrace.context", "requestId='none'"),
                inTransaction(9));

        assertThat(mapped)
                .filteredOn(record -> record.topic().equals("shop.orders"))
                .extracting(record -> text(record, "requestId") + " " + text(record, "userId"))
                .containsExactly("r-1 u 1", "r-2 null", "null null", "null null");
        // A message with another prefix is the service's own.
        assertThat(mapped).extracting(SourceRecord::topic).containsOnlyOnce("shop.message");
    }

    private static @Nullable String text(SourceRecord record, String name) {
        Header header = record.headers().lastWithName(name);
        return header == null ? null : String.valueOf(header.value());
    }

    private static List<SourceRecord> map(String rule, SourceRecord... records) {
        int end = rule.indexOf(';');
        RecordMapping mapping = RecordMapping.of(Map.of(
                "wrapped.connector.class", "io.debezium.connector.postgresql.PostgresConnector",
                "context.keys", "requestId,userId",
                "context.sources", "message",
                "events.on.other", "pass",
                "events.table.1", "shop.orders; topic: shop.orders",
                "events.rule.1", rule.substring(0, end) + "; table: shop.orders" + rule.substring(end)));
        List<SourceRecord> mapped = new ArrayList<>();
        for (SourceRecord record : records) {
            List<SourceRecord> further = new ArrayList<>();
            SourceRecord first = mapping.mapRecord(record, further::add);
            if (first != null) {
                mapped.add(first);
            }
            mapped.addAll(further);
        }
        return mapped;
    }

    private static SourceRecord inTransaction(long transaction) {
        return change("c", null, row("NEW", "text"), transaction);
    }

    private static SourceRecord change(String op, @Nullable Object before, Object after) {
        return change(op, before, after, 7);
    }

    private static SourceRecord change(String op, @Nullable Object before, Object after, long transaction) {
        Map<String, Object> value = new HashMap<>();
        value.put("op", op);
        value.put("before", before);
        value.put("after", after);
        value.put("source", source(transaction));
        Map<String, Object> offset = new HashMap<>(Map.of("lsn", 90L));
        new WalPlace(transaction, 100, 0).addTo(offset);
        return new SourceRecord(Map.of("server", "shop"), offset, "shop.shop.orders", null, value);
    }

    private static SourceRecord message(@Nullable Long transaction, String prefix, String content) {
        Struct value = new Struct(MESSAGE)
                .put("op", "m")
                .put("source", new Struct(MESSAGE.field("source").schema()).put("txId", transaction))
                .put(
                        "message",
                        new Struct(MESSAGE.field("message").schema())
                                .put("prefix", prefix)
                                .put("content", ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8))));
        return new SourceRecord(Map.of("server", "shop"), Map.of("lsn", 95L), "shop.message", MESSAGE, value);
    }

    private static Map<String, Object> source(long transaction) {
        return Map.of(
                "name",
                "shop",
                "db",
                "shop-db",
                "schema",
                "shop",
                "table",
                "orders",
                "lsn",
                100L,
                "txId",
                transaction,
                "ts_ms",
                1L);
    }

    private static Map<String, Object> row(String status, Object body) {
        return Map.of("id", 1L, "status", status, "body", body);
    }
}
