package io.millrace.context;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Changes of a table of orders, as Debezium's MySQL connector makes them with {@code include.query}. */
final class RowChanges {
    static final Schema ROW = SchemaBuilder.struct()
            .name("shop.shop.orders.Value")
            .optional()
            .field("id", Schema.INT64_SCHEMA)
            .field("status", Schema.OPTIONAL_STRING_SCHEMA)
            .field("updated_by", Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    static final Schema SOURCE = SchemaBuilder.struct()
            .name("io.debezium.connector.mysql.Source")
            .version(3)
            .doc("Where the change was made")
            .field(
                    "snapshot",
                    SchemaBuilder.string().optional().defaultValue("false").build())
            .field("server_id", Schema.INT64_SCHEMA)
            .field("gtid", Schema.OPTIONAL_STRING_SCHEMA)
            .field("file", Schema.STRING_SCHEMA)
            .field("pos", Schema.INT64_SCHEMA)
            .field("query", Schema.OPTIONAL_STRING_SCHEMA)
            .field("row", Schema.INT32_SCHEMA)
            .build();
    static final Schema ENVELOPE = SchemaBuilder.struct()
            .name("shop.shop.orders.Envelope")
            .version(2)
            .parameter("parameter", "kept")
            .field("before", ROW)
            .field("after", ROW)
            .field("source", SOURCE)
            .field("op", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
            .build();

    private RowChanges() {}

    static Struct row(long id, String updatedBy) {
        return new Struct(ROW).put("id", id).put("status", "PAID").put("updated_by", updatedBy);
    }

    static Struct source(String query) {
        return new Struct(SOURCE)
                .put("server_id", 1L)
                .put("file", "binlog.000002")
                .put("pos", 4711L)
                .put("query", query)
                .put("row", 0);
    }

    static SourceRecord update(String query) {
        return update(source(query), row(7, "ann"), offset(157));
    }

    static SourceRecord update(Struct source, Struct after, Map<String, ?> offset) {
        return record(
                new Struct(ENVELOPE)
                        .put("after", after)
                        .put("source", source)
                        .put("op", "u")
                        .put("ts_ms", 1L),
                offset);
    }

    static SourceRecord delete(String query, Struct before) {
        return record(
                new Struct(ENVELOPE)
                        .put("before", before)
                        .put("source", source(query))
                        .put("op", "d"),
                offset(157));
    }

    static SourceRecord record(Struct value, Map<String, ?> offset) {
        return new SourceRecord(
                Map.of("server", "shop"), offset, "shop.shop.orders", 3, null, null, value.schema(), value, 99L, null);
    }

    static Map<String, Object> offset(long position) {
        return Map.of("server_id", 1L, "file", "binlog.000002", "pos", position, "event", 2L, "row", 1L);
    }
}
