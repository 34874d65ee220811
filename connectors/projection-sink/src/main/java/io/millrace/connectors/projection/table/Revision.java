package io.millrace.connectors.projection.table;

import java.math.BigDecimal;
import java.time.chrono.ChronoLocalDate;
import java.time.chrono.ChronoLocalDateTime;

/** Compares values of a column that orders changes by age. */
public final class Revision {
    private Revision() {}

    /** Whether a column of this kind can contain revisions. */
    public static boolean isPossible(ColumnKind kind) {
        return kind == ColumnKind.INTEGER
                || kind == ColumnKind.DECIMAL
                || kind == ColumnKind.DATE
                || kind == ColumnKind.DATETIME;
    }

    /** Whether the first value is lower than the second one; both are of one column and not null. */
    public static boolean isOlder(Object first, Object second) {
        if (first instanceof ChronoLocalDate date) {
            return date.isBefore((ChronoLocalDate) second);
        } else if (first instanceof ChronoLocalDateTime<?> moment) {
            return moment.isBefore((ChronoLocalDateTime<?>) second);
        } else if (first instanceof Long number && second instanceof Long other) {
            return number < other;
        }
        return new BigDecimal(first.toString()).compareTo(new BigDecimal(second.toString())) < 0;
    }
}
