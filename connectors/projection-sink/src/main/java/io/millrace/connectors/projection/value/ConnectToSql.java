package io.millrace.connectors.projection.value;

import io.millrace.connectors.projection.table.Column;
import org.apache.kafka.connect.data.Schema;

/**
 * How a Connect value becomes a parameter of a column. The result has one form for each kind of column, so that keys can
 * be compared and an index is used:
 *
 * <table>
 * <caption>Forms</caption>
 * <tr><th>column</th><th>form</th></tr>
 * <tr><td>integer</td><td>{@code Long}, or {@code BigInteger} past its range</td></tr>
 * <tr><td>decimal</td><td>{@code BigDecimal} of the column's scale</td></tr>
 * <tr><td>floating</td><td>{@code Double}</td></tr>
 * <tr><td>text, JSON, time</td><td>{@code String}</td></tr>
 * <tr><td>binary</td><td>{@code byte[]}</td></tr>
 * <tr><td>date</td><td>{@code LocalDate}</td></tr>
 * <tr><td>datetime</td><td>{@code LocalDateTime} in UTC, cut to the column's fractional digits</td></tr>
 * </table>
 */
public final class ConnectToSql {
    private ConnectToSql() {}

    /**
     * The way from values of this schema to this column.
     *
     * @param schema null where values have none; then the value's class decides
     */
    public static ValueConverter between(Schema schema, Column column) {
        ValueConverter meaning = ConnectMeaning.of(schema, column.kind());
        ValueConverter fit = ColumnFit.of(column);
        return value -> fit.convert(meaning.convert(value));
    }
}
