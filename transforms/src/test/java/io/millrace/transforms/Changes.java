package io.millrace.transforms;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Change events as Debezium's MySQL connector makes them, of a table of orders. */
final class Changes {
    static final Schema KEY = SchemaBuilder.struct()
            .name("shop.shop.orders.Key")
            .field("id", Schema.INT64_SCHEMA)
            .build();
    static final Schema ROW = SchemaBuilder.struct()
            .name("shop.shop.orders.Value")
            .optional()
            .field("id", Schema.INT64_SCHEMA)
            .field(
                    "status",
                    SchemaBuilder.string().optional().defaultValue("NEW").build())
            .field("total", Decimal.builder(2).optional().build())
            .field("note", Schema.OPTIONAL_STRING_SCHEMA)
            .field(
                    "document",
                    SchemaBuilder.string()
                            .name("io.debezium.data.Json")
                            .version(1)
                            .optional()
                            .build())
            .field("version", Schema.INT64_SCHEMA)
            .build();
    static final Schema SOURCE = SchemaBuilder.struct()
            .name("io.debezium.connector.mysql.Source")
            .field("name", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.INT64_SCHEMA)
            .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
            .field("snapshot", Schema.OPTIONAL_STRING_SCHEMA)
            .field("db", Schema.STRING_SCHEMA)
            .field("table", Schema.OPTIONAL_STRING_SCHEMA)
            .field("gtid", Schema.OPTIONAL_STRING_SCHEMA)
            .field("query", Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    static final Schema ENVELOPE = SchemaBuilder.struct()
            .name("shop.shop.orders.Envelope")
            .field("before", ROW)
            .field("after", ROW)
            .field("source", SOURCE)
            .field("op", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
            .build();

    private Changes() {}

    static Struct row(long id, String status, long version) {
        return new Struct(ROW)
                .put("id", id)
                .put("status", status)
                .put("total", new BigDecimal("19.90"))
                .put("document", "{\"gift\":true,\"tags\":[\"a\",\"b\"]}")
                .put("version", version);
    }

    static Map<String, Object> offset(long event, long row) {
        Map<String, Object> offset = new HashMap<>();
        offset.put("server_id", 1L);
        offset.put("file", "binlog.000002");
        offset.put("pos", 157L);
        offset.put("event", event);
        offset.put("row", row);
        return offset;
    }

    static SourceRecord change(String op, Struct before, Struct after) {
        return change(op, before, after, "orders", offset(3, 1));
    }

    static SourceRecord change(String op, Struct before, Struct after, String table, Map<String, ?> offset) {
        Struct source = new Struct(SOURCE)
                .put("name", "shop")
                .put("ts_ms", 1_700_000_000_123L)
                .put("ts_us", 1_700_000_000_123_456L)
                .put("snapshot", "r".equals(op) ? "true" : "false")
                .put("db", "shop")
                .put("table", table);
        Struct value = new Struct(ENVELOPE)
                .put("before", before)
                .put("after", after)
                .put("source", source)
                .put("op", op)
                .put("ts_ms", 1_700_000_000_200L);
        Struct row = after != null ? after : before;
        Struct key = row == null ? null : new Struct(KEY).put("id", row.get("id"));
        return new SourceRecord(
                Map.of("server", "shop"),
                offset,
                "shop.shop." + table,
                0,
                key == null ? null : KEY,
                key,
                ENVELOPE,
                value);
    }
}
