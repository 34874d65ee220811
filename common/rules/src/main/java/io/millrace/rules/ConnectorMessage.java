package io.millrace.rules;

import io.millrace.events.Heartbeat;
import java.util.Map;
import org.apache.kafka.connect.connector.ConnectRecord;

/** The records of Debezium that contain no row: heartbeats, transaction boundaries, schema changes, notifications. */
final class ConnectorMessage {
    /** The names of their schemas begin so; those of rows and envelopes begin with the topic's name. */
    private static final String SCHEMAS = "io.debezium.connector.";

    private ConnectorMessage() {}

    /** Whether the record certainly contains no row. */
    static boolean isMessage(ConnectRecord<?> record) {
        if (record.valueSchema() == null) {
            return record.value() instanceof Map<?, ?> map && map.size() == 1 && map.containsKey("ts_ms");
        }
        String name = record.valueSchema().name();
        return Heartbeat.isHeartbeat(record) || (name != null && name.startsWith(SCHEMAS));
    }
}
