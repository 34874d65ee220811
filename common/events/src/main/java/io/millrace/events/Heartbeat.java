package io.millrace.events;

import java.util.Map;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that is sent for its source offset alone: Connect stores an offset only with a record that is sent. The key is a
 * structure with the field {@code connector}, its name; the value is one with the field {@code ts_ms}, the time in milliseconds
 * since 1970. Both are structures because Avro's converters require them if subjects contain a record's name.
 */
public final class Heartbeat {
    private static final String DEBEZIUM_SCHEMA = "io.debezium.connector.common.Heartbeat";
    private static final Schema KEY = SchemaBuilder.struct()
            .name("io.millrace.HeartbeatKey")
            .version(1)
            .field("connector", Schema.STRING_SCHEMA)
            .build();
    private static final Schema VALUE = SchemaBuilder.struct()
            .name("io.millrace.Heartbeat")
            .version(1)
            .field("ts_ms", Schema.INT64_SCHEMA)
            .build();

    private Heartbeat() {}

    /** A heartbeat with this place in the source. */
    public static SourceRecord of(
            String topic, String connector, Map<String, ?> sourcePartition, Map<String, ?> sourceOffset, long millis) {
        return new SourceRecord(
                sourcePartition,
                sourceOffset,
                topic,
                null,
                KEY,
                new Struct(KEY).put("connector", connector),
                VALUE,
                new Struct(VALUE).put("ts_ms", millis),
                millis);
    }

    /** Whether the record is a heartbeat, of Millrace or of Debezium. */
    public static boolean isHeartbeat(ConnectRecord<?> record) {
        return isDebeziumHeartbeat(record) || hasSchema(record, VALUE.name());
    }

    /** Whether the record is a heartbeat of Debezium. */
    public static boolean isDebeziumHeartbeat(ConnectRecord<?> record) {
        return hasSchema(record, DEBEZIUM_SCHEMA);
    }

    private static boolean hasSchema(ConnectRecord<?> record, @Nullable String name) {
        return record.valueSchema() != null
                && name != null
                && name.equals(record.valueSchema().name());
    }
}
