package io.millrace.connectors.projection.value;

import io.millrace.connectors.projection.table.ColumnKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * What a Connect value means, in Java's types: logical types of Connect and of Debezium become {@code LocalDate},
 * {@code Duration} (a time of day), {@code LocalDateTime} (in UTC) and {@code BigDecimal}; structures become JSON text;
 * the rest stays.
 */
final class ConnectMeaning {
    private static final String DEBEZIUM_TIME = "io.debezium.time.";
    private static final long MILLION = 1_000_000L;
    private static final long BILLION = 1_000_000_000L;

    private ConnectMeaning() {}

    /** The meaning of values of this schema (null: of none) on their way to such a column. */
    public static ValueConverter of(@Nullable Schema schema, ColumnKind kind) {
        if (schema == null) {
            return ConnectMeaning::byClass;
        }
        String name = schema.name();
        if (name != null) {
            ValueConverter logical = logical(name, schema, kind);
            if (logical != null) {
                return logical;
            }
        }
        return switch (schema.type()) {
            case STRUCT, MAP, ARRAY -> value -> JsonText.of(schema, value);
            case BYTES -> ConnectMeaning::bytes;
            default -> value -> value;
        };
    }

    private static @Nullable ValueConverter logical(String name, Schema schema, ColumnKind kind) {
        return switch (name) {
            case org.apache.kafka.connect.data.Date.LOGICAL_NAME ->
                value -> moment(value).toLocalDate();
            case org.apache.kafka.connect.data.Time.LOGICAL_NAME ->
                value -> Duration.ofNanos(moment(value).toLocalTime().toNanoOfDay());
            case org.apache.kafka.connect.data.Timestamp.LOGICAL_NAME -> ConnectMeaning::moment;
            case "io.debezium.data.Bits" ->
                kind == ColumnKind.INTEGER ? ConnectMeaning::littleEndian : ConnectMeaning::bytes;
            case "io.debezium.data.VariableScaleDecimal" ->
                schema.type() == Schema.Type.STRUCT ? value -> variableScale((Struct) value) : ConnectMeaning::byClass;
            // In a column of numbers such a value stays the number that it is sent as.
            default ->
                name.startsWith(DEBEZIUM_TIME) && kind != ColumnKind.INTEGER
                        ? debeziumTime(name.substring(DEBEZIUM_TIME.length()))
                        : null;
        };
    }

    private static @Nullable ValueConverter debeziumTime(String type) {
        return switch (type) {
            case "Date" -> value -> LocalDate.ofEpochDay(number(value));
            case "Time" -> value -> Duration.ofMillis(number(value));
            case "MicroTime" -> value -> Duration.ofNanos(Math.multiplyExact(number(value), 1000L));
            case "NanoTime" -> value -> Duration.ofNanos(number(value));
            case "Timestamp" -> value -> moment(number(value), 1000L);
            case "MicroTimestamp" -> value -> moment(number(value), MILLION);
            case "NanoTimestamp" -> value -> moment(number(value), BILLION);
            default -> null;
        };
    }

    private static Object byClass(Object value) {
        if (value instanceof java.util.Date) {
            return moment(value);
        } else if (value instanceof Struct struct) {
            return JsonText.of(struct.schema(), struct);
        } else if (value instanceof Map || value instanceof List) {
            return JsonText.of(null, value);
        } else if (value instanceof Instant instant) {
            return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        }
        return bytes(value);
    }

    private static Object bytes(Object value) {
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        return value;
    }

    private static Object littleEndian(Object value) {
        byte[] bytes = ((byte[]) bytes(value)).clone();
        for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
            byte swapped = bytes[i];
            bytes[i] = bytes[j];
            bytes[j] = swapped;
        }
        return new BigInteger(1, bytes);
    }

    private static BigDecimal variableScale(Struct value) {
        return new BigDecimal(new BigInteger((byte[]) bytes(value.get("value"))), value.getInt32("scale"));
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }

    private static LocalDateTime moment(Object date) {
        return LocalDateTime.ofInstant(((java.util.Date) date).toInstant(), ZoneOffset.UTC);
    }

    private static LocalDateTime moment(long time, long unitsPerSecond) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(time, unitsPerSecond),
                (int) (Math.floorMod(time, unitsPerSecond) * (BILLION / unitsPerSecond)),
                ZoneOffset.UTC);
    }
}
