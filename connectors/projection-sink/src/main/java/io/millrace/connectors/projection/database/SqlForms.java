package io.millrace.connectors.projection.database;

import io.millrace.connectors.projection.table.Column;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Reads values back in the forms that {@link io.millrace.connectors.projection.value.ConnectToSql} writes, so that what is
 * there can be compared with what comes.
 */
public final class SqlForms {
    private SqlForms() {}

    /** The value, or null. */
    public static @Nullable Object read(ResultSet row, int index, Column column) throws SQLException {
        return switch (column.kind()) {
            case INTEGER -> integer(row.getBigDecimal(index));
            case DECIMAL -> row.getBigDecimal(index);
            case BOOLEAN -> {
                boolean value = row.getBoolean(index);
                yield row.wasNull() ? null : value;
            }
            case FLOATING -> {
                double value = row.getDouble(index);
                yield row.wasNull() ? null : value;
            }
            case BINARY, PADDED_BINARY -> row.getBytes(index);
            case DATE -> row.getObject(index, LocalDate.class);
            case DATETIME -> row.getObject(index, LocalDateTime.class);
            default -> row.getString(index);
        };
    }

    private static @Nullable Object integer(@Nullable BigDecimal value) {
        if (value == null) {
            return null;
        }
        return value.precision() < 19 ? (Object) value.longValueExact() : small(value);
    }

    private static Object small(BigDecimal value) {
        return value.toBigIntegerExact().bitLength() < Long.SIZE
                ? (Object) value.longValueExact()
                : value.toBigIntegerExact();
    }
}
