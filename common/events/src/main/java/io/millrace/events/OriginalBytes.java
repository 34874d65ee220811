package io.millrace.events;

import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The schema of bytes that are to be written as they were read: the key, the value and the headers of a record that cannot be
 * decoded. {@code OriginalBytesConverter} writes them. {@code ToOfficialEvent} passes on a record whose value has this schema,
 * so that no such record is lost.
 */
public final class OriginalBytes {
    /** Optional bytes, because a key, a value or a header may be null. */
    public static final Schema SCHEMA = SchemaBuilder.bytes()
            .optional()
            .name("io.millrace.OriginalBytes")
            .version(1)
            .build();

    private OriginalBytes() {}

    /** Whether a value with this schema is to be written as it is. */
    public static boolean isSchema(@Nullable Schema schema) {
        return schema != null && SCHEMA.name().equals(schema.name());
    }

    /** Whether the record's value is to be written as it is. */
    public static boolean isValueOf(ConnectRecord<?> record) {
        return isSchema(record.valueSchema());
    }
}
