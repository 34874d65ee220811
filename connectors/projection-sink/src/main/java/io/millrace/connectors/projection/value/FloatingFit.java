package io.millrace.connectors.projection.value;

import io.millrace.changes.ExactNumber;
import io.millrace.connectors.projection.table.Column;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.DataException;

/**
 * Converts numbers for columns of floating-point numbers. A number fits if it is the column's number exactly, or the
 * shortest decimal that stands for it: 0.1, but not 0.1234567890123456789.
 */
final class FloatingFit {
    /** MySQL rounds to the digits of {@code FLOAT(7,4)}. */
    private static final Pattern SCALED = Pattern.compile("(?:float|double)\\(\\d+,(\\d+)\\).*");

    private FloatingFit() {}

    static ValueConverter of(Column column) {
        String type = column.typeName().toLowerCase(Locale.ROOT);
        Matcher scaled = SCALED.matcher(type);
        int scale = scaled.matches() ? Integer.parseInt(scaled.group(1)) : Integer.MAX_VALUE;
        boolean isSingle = type.startsWith("float") || type.startsWith("real");
        return value -> {
            double number = toDouble(column, value);
            if (isSingle && !(value instanceof Float) && !ExactNumber.isFloat(number, (float) number)) {
                throw tooLong(column);
            }
            if (scale < Integer.MAX_VALUE
                    && BigDecimal.valueOf(number).stripTrailingZeros().scale() > scale) {
                throw tooLong(column);
            }
            return number;
        };
    }

    private static double toDouble(Column column, Object value) {
        if (value instanceof Double number) {
            if (number.isNaN() || number.isInfinite()) {
                throw new DataException("expected a finite number for " + column.typeName());
            }
            return number;
        }
        BigDecimal number = ColumnFit.number(column, value);
        double nearest = number.doubleValue();
        if (!ExactNumber.isDouble(number, nearest)) {
            throw tooLong(column);
        }
        return nearest;
    }

    private static DataException tooLong(Column column) {
        return new DataException("expected a number that " + column.typeName()
                + " can represent, found one that is too large or has more digits");
    }
}
