package io.millrace.connectors.projection.database.mysql;

import java.util.Optional;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** MySQL's types for Connect's schemas. */
final class MySqlTypes {
    /** The characters of four bytes that an index has room for. */
    private static final int MAX_KEY_CHARACTERS = 3072 / 4;

    private static final int KEY_LENGTH = 255;
    private static final int MAX_SCALE = 30;

    private MySqlTypes() {}

    /** The type, with room for every value; of a text in a key, for as many characters as its index has room for. */
    static Optional<String> of(Schema schema, int keyColumns) {
        boolean key = keyColumns > 0;
        int length = key ? Math.min(KEY_LENGTH, MAX_KEY_CHARACTERS / keyColumns) : 0;
        if (schema.name() != null) {
            switch (schema.name()) {
                case Decimal.LOGICAL_NAME -> {
                    int scale = Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD));
                    return scale < 0 || scale > MAX_SCALE
                            ? Optional.empty()
                            : Optional.of("DECIMAL(65, " + scale + ")");
                }
                case Date.LOGICAL_NAME -> {
                    return Optional.of("DATE");
                }
                case Time.LOGICAL_NAME -> {
                    return Optional.of("TIME(3)");
                }
                case Timestamp.LOGICAL_NAME -> {
                    return Optional.of("DATETIME(6)");
                }
                default -> {
                    // The type alone decides.
                }
            }
        }
        return Optional.ofNullable(
                switch (schema.type()) {
                    case INT8, INT16 -> "SMALLINT";
                    case INT32 -> "INT";
                    case INT64 -> "BIGINT";
                    case FLOAT32 -> "FLOAT";
                    case FLOAT64 -> "DOUBLE";
                    case BOOLEAN -> "BOOLEAN";
                    case STRING -> key ? "VARCHAR(" + length + ") COLLATE utf8mb4_0900_bin" : "LONGTEXT";
                    case BYTES -> key ? "VARBINARY(" + length + ")" : "LONGBLOB";
                    case ARRAY, MAP, STRUCT -> key ? null : "JSON";
                });
    }
}
