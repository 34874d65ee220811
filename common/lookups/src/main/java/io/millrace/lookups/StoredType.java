package io.millrace.lookups;

import io.millrace.tables.FieldType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * How a declared type lies in a table: scalars as they are, dates as days, timestamps as milliseconds, decimals as their
 * unscaled bytes.
 *
 * @param optional the declared type, optional because a row can be missing
 */
record StoredType(
        FieldType type, Schema optional, Function<Object, Object> toStored, Function<Object, Object> fromStored) {

    /** The stored form of a type; empty if it is not a scalar. */
    static Optional<StoredType> find(Schema schema) {
        Schema optional = makeOptional(schema);
        if (Date.LOGICAL_NAME.equals(schema.name())) {
            return Optional.of(new StoredType(
                    FieldType.INT32,
                    optional,
                    value -> Date.fromLogical(optional, (java.util.Date) value),
                    days -> Date.toLogical(optional, (Integer) days)));
        }
        if (Timestamp.LOGICAL_NAME.equals(schema.name())) {
            return Optional.of(new StoredType(
                    FieldType.INT64,
                    optional,
                    value -> Timestamp.fromLogical(optional, (java.util.Date) value),
                    millis -> Timestamp.toLogical(optional, (Long) millis)));
        }
        if (Decimal.LOGICAL_NAME.equals(schema.name())) {
            int scale = Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD));
            return Optional.of(new StoredType(
                    FieldType.BYTES,
                    optional,
                    value -> ((BigDecimal) value).unscaledValue().toByteArray(),
                    bytes -> new BigDecimal(new BigInteger((byte[]) bytes), scale)));
        }
        return switch (schema.type()) {
            case BOOLEAN -> asItIs(FieldType.BOOLEAN, optional);
            case INT32 -> asItIs(FieldType.INT32, optional);
            case INT64 -> asItIs(FieldType.INT64, optional);
            case FLOAT64 -> asItIs(FieldType.FLOAT64, optional);
            case STRING -> asItIs(FieldType.TEXT, optional);
            case BYTES ->
                Optional.of(new StoredType(
                        FieldType.BYTES,
                        optional,
                        value -> value instanceof ByteBuffer buffer ? Utils.toArray(buffer) : value,
                        value -> value));
            default -> Optional.empty();
        };
    }

    private static Optional<StoredType> asItIs(FieldType type, Schema optional) {
        return Optional.of(new StoredType(type, optional, value -> value, value -> value));
    }

    private static Schema makeOptional(Schema schema) {
        if (schema.isOptional()) {
            return schema;
        }
        SchemaBuilder builder = SchemaBuilder.type(schema.type());
        builder.name(schema.name()).version(schema.version()).optional();
        if (schema.parameters() != null) {
            builder.parameters(schema.parameters());
        }
        return builder.build();
    }

    @Nullable
    Object store(@Nullable Object value) {
        return value == null ? null : toStored.apply(value);
    }

    @Nullable
    Object restore(@Nullable Object stored) {
        return stored == null ? null : fromStored.apply(stored);
    }
}
