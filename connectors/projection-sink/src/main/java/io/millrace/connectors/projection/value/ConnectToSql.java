package io.millrace.connectors.projection.value;

import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * How a Connect value becomes a parameter of a column. The result has one form for each kind of column, so that keys
 * can be compared and an index is used:
 *
 * <table>
 * <caption>Forms</caption>
 * <tr><th>column</th><th>form</th></tr>
 * <tr><td>integer</td><td>{@code Long}, or {@code BigInteger} past its range</td></tr>
 * <tr><td>decimal</td><td>{@code BigDecimal} of the column's scale if it has one</td></tr>
 * <tr><td>floating</td><td>{@code Double}</td></tr>
 * <tr><td>text, JSON, time</td><td>{@code String}</td></tr>
 * <tr><td>binary</td><td>{@code byte[]}</td></tr>
 * <tr><td>boolean</td><td>{@code Boolean}</td></tr>
 * <tr><td>UUID</td><td>{@code String} in lower case</td></tr>
 * <tr><td>array</td><td>{@code List} of the elements' forms, or of lists of them</td></tr>
 * <tr><td>date</td><td>{@code LocalDate}</td></tr>
 * <tr><td>datetime</td><td>{@code LocalDateTime} in UTC</td></tr>
 * </table>
 */
public final class ConnectToSql {
    private ConnectToSql() {}

    /**
     * The conversion of values of this schema for this column.
     *
     * @param schema null if values have none; then the value's class decides
     */
    public static ValueConverter between(@Nullable Schema schema, Column column) {
        if (column.kind() == ColumnKind.ARRAY) {
            return array(schema, column);
        }
        // The number of a date or time is not a year.
        ValueConverter meaning =
                ConnectMeaning.of(schema, ColumnFit.isYear(column) ? ColumnKind.DECIMAL : column.kind());
        ValueConverter fit = ColumnFit.of(column);
        return value -> {
            try {
                return fit.convert(meaning.convert(value));
            } catch (ArithmeticException | DateTimeException e) {
                // Without the cause, whose message quotes the value.
                throw new DataException("expected a value that " + column.typeName() + " can hold, found another");
            }
        };
    }

    /** A moment of the sink's own, without the digits that the column does not keep. */
    public static LocalDateTime momentFor(Column column, Instant instant) {
        return Temporals.truncate(LocalDateTime.ofInstant(instant, ZoneOffset.UTC), column.size());
    }

    private static ValueConverter array(@Nullable Schema schema, Column column) {
        @Nullable Schema elements = schema != null && schema.type() == Schema.Type.ARRAY ? schema.valueSchema() : null;
        boolean nested = elements != null && elements.type() == Schema.Type.ARRAY;
        ValueConverter inner = nested ? array(elements, column) : between(elements, elementOf(column));
        return value -> {
            if (!(value instanceof Collection<?> array)) {
                throw new DataException("expected an array for " + column.typeName() + ", found "
                        + value.getClass().getSimpleName());
            }
            List<@Nullable Object> converted = new ArrayList<>(array.size());
            for (Object element : array) {
                converted.add(
                        element == null
                                ? null
                                : element instanceof Collection && elements == null
                                        ? array(null, column).convert(element)
                                        : inner.convert(element));
            }
            return converted;
        };
    }

    private static Column elementOf(Column array) {
        return Objects.requireNonNull(array.element());
    }
}
