package io.millrace.payloads.connect;

import java.util.Map;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;

/** What lies between a source and a sink. */
enum Wire {
    NOTHING,
    JSON_WITH_SCHEMAS,
    JSON_WITHOUT_SCHEMAS;

    /** The record as a sink gets it. */
    SinkRecord carry(SourceRecord record) {
        SchemaAndValue value = new SchemaAndValue(record.valueSchema(), record.value());
        if (this != NOTHING) {
            try (JsonConverter converter = new JsonConverter()) {
                converter.configure(Map.of("schemas.enable", this == JSON_WITH_SCHEMAS), false);
                byte[] bytes = converter.fromConnectData(record.topic(), record.valueSchema(), record.value());
                value = converter.toConnectData(record.topic(), bytes);
            }
        }
        return new SinkRecord(record.topic(), 3, null, null, value.schema(), value.value(), 42);
    }
}
