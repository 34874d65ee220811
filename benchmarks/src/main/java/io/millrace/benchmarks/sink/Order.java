package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.TableContent;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A row of the view, and the value of a record.
 *
 * @param values of the columns of its {@link OrderShape}, in their order
 */
public record Order(List<Object> values) {
    long id() {
        return (Long) values.get(0);
    }

    /** The values as text, in their order. */
    List<String> texts() {
        return values.stream().map(Order::textOf).toList();
    }

    /** The CRC-32 of the columns as text with {@code |} between them. */
    long checksum() {
        return TableContent.checksumOf(values.stream().map(Order::textOf).collect(Collectors.joining("|")));
    }

    private static String textOf(Object value) {
        return value instanceof BigDecimal number ? number.toPlainString() : value.toString();
    }
}
