package io.millrace.context;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Records without schemas: what was a Struct is a map of the same names. */
final class Schemaless {
    private Schemaless() {}

    /** The same record without schemas. */
    static SourceRecord of(SourceRecord record) {
        return new SourceRecord(
                record.sourcePartition(),
                record.sourceOffset(),
                record.topic(),
                record.kafkaPartition(),
                null,
                map(record.key()),
                null,
                map(record.value()),
                record.timestamp(),
                record.headers());
    }

    private static Object map(Object value) {
        if (!(value instanceof Struct struct)) {
            return value;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (Field field : struct.schema().fields()) {
            map.put(field.name(), map(struct.getWithoutDefault(field.name())));
        }
        return map;
    }
}
