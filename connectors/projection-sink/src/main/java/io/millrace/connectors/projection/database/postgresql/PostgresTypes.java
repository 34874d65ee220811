package io.millrace.connectors.projection.database.postgresql;

import java.util.Optional;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** PostgreSQL's types for Connect's schemas. */
final class PostgresTypes {
    private PostgresTypes() {}

    /** The type, with room for every value. */
    static Optional<String> of(Schema schema, boolean key) {
        if (schema.name() != null) {
            switch (schema.name()) {
                case Decimal.LOGICAL_NAME -> {
                    return Optional.of("numeric");
                }
                case Date.LOGICAL_NAME -> {
                    return Optional.of("date");
                }
                case Time.LOGICAL_NAME -> {
                    return Optional.of("time(3)");
                }
                case Timestamp.LOGICAL_NAME -> {
                    return Optional.of("timestamptz(6)");
                }
                default -> {
                    // The type alone decides.
                }
            }
        }
        return Optional.ofNullable(
                switch (schema.type()) {
                    case INT8, INT16 -> "smallint";
                    case INT32 -> "integer";
                    case INT64 -> "bigint";
                    case FLOAT32 -> "real";
                    case FLOAT64 -> "double precision";
                    case BOOLEAN -> "boolean";
                    case STRING -> key ? "text COLLATE \"C\"" : "text";
                    case BYTES -> "bytea";
                    case ARRAY, MAP, STRUCT -> key ? null : "jsonb";
                });
    }
}
