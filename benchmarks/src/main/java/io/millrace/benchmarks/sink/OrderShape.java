package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.sink.OrderColumn.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * The columns of the view: a whole number as key, a text, a number of two decimals, a revision, and further columns of these types in
 * turn.
 */
public final class OrderShape {
    /** The least number of columns, which most benchmarks have. */
    public static final OrderShape SMALL = new OrderShape(4);

    static final String KEY = "order_id";

    private final List<OrderColumn> columns = new ArrayList<>(List.of(
            new OrderColumn(KEY, ValueType.INTEGER),
            new OrderColumn("customer", ValueType.TEXT),
            new OrderColumn("total", ValueType.NUMBER),
            new OrderColumn("revision", ValueType.INTEGER)));

    /**
     * A shape with so many columns.
     *
     * @throws IllegalArgumentException if there are fewer than four
     */
    OrderShape(int count) {
        if (count < columns.size()) {
            throw new IllegalArgumentException("expected " + columns.size() + " columns or more, found " + count);
        }
        ValueType[] types = {ValueType.TEXT, ValueType.NUMBER, ValueType.INTEGER};
        while (columns.size() < count) {
            columns.add(new OrderColumn("column_" + columns.size(), types[columns.size() % types.length]));
        }
    }

    /** All, the key first. */
    List<OrderColumn> columns() {
        return columns;
    }

    /** The names of all columns, with commas between them. */
    public String names() {
        return join(columns, OrderColumn::name, ", ");
    }

    /** The names of all columns but the key, with commas between them. */
    String valueNames() {
        return join(values(), OrderColumn::name, ", ");
    }

    /** The columns' definitions, in every database's words. */
    public String definitions() {
        return join(columns, column -> column.name() + " " + column.type().sql() + " NOT NULL", ", ")
                .replaceFirst(" NOT NULL", " NOT NULL PRIMARY KEY");
    }

    /** What assigns each column but the key a value: {@code customer = SOURCE.customer, …}. */
    String assignments(String source) {
        return join(values(), column -> column.name() + " = " + source + "." + column.name(), ", ");
    }

    /** The schema of a record's value. */
    Schema valueSchema() {
        SchemaBuilder value = SchemaBuilder.struct().name("OrderChanged");
        columns.forEach(column -> value.field(column.name(), column.type().schema()));
        return value.build();
    }

    private List<OrderColumn> values() {
        return columns.subList(1, columns.size());
    }

    static String join(List<OrderColumn> columns, Function<OrderColumn, String> text, String separator) {
        return columns.stream().map(text).collect(Collectors.joining(separator));
    }

    @Override
    public String toString() {
        return columns.size() + " columns";
    }
}
