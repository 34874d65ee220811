package io.millrace.connectors.projection.value;

import io.millrace.changes.SemanticType;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.expressions.JsonText;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Interprets a Connect value as one of Java's types: {@link SemanticType}s become {@code LocalDate}, {@code Duration}
 * (a time of day or a length of time), {@code LocalDateTime} (in UTC) and {@code BigDecimal}; structures become JSON
 * text; the rest stays.
 */
final class ConnectMeaning {
    private ConnectMeaning() {}

    /** The interpretation of values of this schema (null without one) for a column. */
    public static ValueConverter of(@Nullable Schema schema, ColumnKind kind) {
        if (schema == null) {
            return ConnectMeaning::byClass;
        }
        Optional<SemanticType> type = SemanticType.find(schema);
        if (type.isPresent()) {
            return semantic(type.get(), schema, kind);
        }
        if (SemanticType.isUnknownNumber(schema) && !isNumeric(kind)) {
            return value -> {
                throw new DataException("expected a value of a known semantic type, found a number of the type "
                        + schema.name() + ", whose unit is unknown; declare a type for it, as in string(value.x)");
            };
        }
        return plain(schema);
    }

    private static ValueConverter semantic(SemanticType type, Schema schema, ColumnKind kind) {
        boolean written =
                switch (type.meaning()) {
                    // Texts are read by the column, and stay as they are in one of texts.
                    case TEXT, NUMBER -> true;
                    case BITS -> kind != ColumnKind.INTEGER && kind != ColumnKind.DECIMAL && kind != ColumnKind.JSON;
                    case DECIMAL -> false;
                    // In a column of whole numbers such a number stays what it is sent as.
                    case DATE, TIME, MOMENT, DURATION ->
                        type.type() == Schema.Type.STRING || kind == ColumnKind.INTEGER;
                };
        if (written) {
            return type.type() == schema.type()
                    ? plain(schema)
                    : value -> {
                        throw new DataException("expected " + type.type() + " for a value of " + type.schemaName()
                                + ", found " + schema.type());
                    };
        }
        return type::read;
    }

    private static ValueConverter plain(Schema schema) {
        return switch (schema.type()) {
            case STRUCT, MAP, ARRAY -> value -> JsonText.of(schema, value);
            case BYTES -> ConnectMeaning::bytes;
            default -> value -> value;
        };
    }

    private static boolean isNumeric(ColumnKind kind) {
        return switch (kind) {
            case INTEGER, DECIMAL, FLOATING, BOOLEAN -> true;
            default -> false;
        };
    }

    private static Object byClass(Object value) {
        if (value instanceof java.util.Date date) {
            return LocalDateTime.ofInstant(date.toInstant(), ZoneOffset.UTC);
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
}
