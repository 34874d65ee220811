package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.table.AggregateFunction;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.GroupTable;
import io.millrace.connectors.projection.table.RowKey;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.BitSet;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * What contributions that come and go change of one group. Contributions are in the view's order, with a measure in the
 * place of each aggregate.
 */
final class GroupDelta {
    private final GroupTable groups;
    private final RowKey key;
    private final long[] counts;
    private final BigDecimal[] sums;
    private final Object[] candidates;
    private final BitSet stale = new BitSet();
    private boolean lessened;
    private SinkRecord last;

    GroupDelta(GroupTable groups, RowKey key) {
        this.groups = groups;
        this.key = key;
        this.counts = new long[groups.aggregates()];
        this.sums = new BigDecimal[groups.aggregates()];
        this.candidates = new Object[groups.aggregates()];
    }

    RowKey key() {
        return key;
    }

    /** The aggregates whose values the difference alone does not tell, because they may have lost what they rest on. */
    BitSet stale() {
        return stale;
    }

    /** Whether the group may be empty now. */
    boolean lessened() {
        return lessened;
    }

    /** The last record that contributed, or took back. */
    SinkRecord last() {
        return last;
    }

    /** A contribution comes, or goes. */
    void count(int sign, SinkRecord record) {
        for (int i = 0; i < counts.length; i++) {
            if (groups.function(i) == AggregateFunction.COUNT_ALL) {
                counts[i] += sign;
            }
        }
        lessened |= sign < 0;
        last = record;
    }

    /** The group stays the contribution's own, but some measure may not. */
    void touch(SinkRecord record) {
        last = record;
    }

    /** How many different measures there are grows or shrinks by so many. */
    void addDistinct(int aggregate, int difference) {
        counts[aggregate] += difference;
    }

    /** A measure comes. */
    void gain(int aggregate, Object measure) {
        switch (groups.function(aggregate)) {
            case COUNT -> counts[aggregate]++;
            case SUM -> addToSum(aggregate, number(measure));
            case MIN, MAX -> offer(aggregate, measure);
            case COUNT_ALL, DISTINCT -> {}
        }
    }

    /** A measure goes. */
    void lose(int aggregate, Object measure) {
        switch (groups.function(aggregate)) {
            case COUNT -> counts[aggregate]--;
            case SUM -> {
                addToSum(aggregate, number(measure).negate());
                stale.set(aggregate);
            }
            case MIN, MAX -> stale.set(aggregate);
            case COUNT_ALL, DISTINCT -> {}
        }
    }

    private void addToSum(int aggregate, BigDecimal difference) {
        sums[aggregate] = sums[aggregate] == null ? difference : sums[aggregate].add(difference);
    }

    private void offer(int aggregate, Object candidate) {
        Object best = candidates[aggregate];
        if (best == null) {
            candidates[aggregate] = candidate;
        } else if (!groups.column(aggregate).kind().isOrdered()) {
            // Only the database knows which comes first.
            stale.set(aggregate);
        } else {
            int order = RowKey.compare(candidate, best);
            if (groups.function(aggregate) == AggregateFunction.MIN ? order < 0 : order > 0) {
                candidates[aggregate] = candidate;
            }
        }
    }

    /** The differences and candidates, in the view's order. */
    Object[] row() {
        Object[] row = new Object[groups.view().columns().size()];
        for (int i = 0; i < groups.view().keySize(); i++) {
            row[i] = key.value(i);
        }
        for (int i = 0; i < counts.length; i++) {
            AggregateFunction function = groups.function(i);
            row[groups.index(i)] = function.counting()
                    ? (Object) counts[i]
                    : function == AggregateFunction.SUM ? sum(i) : candidates[i];
        }
        return row;
    }

    private Object sum(int aggregate) {
        Column column = groups.column(aggregate);
        BigDecimal sum = sums[aggregate];
        if (sum == null) {
            if (column.nullable()) {
                return null;
            }
            sum = BigDecimal.ZERO;
        }
        if (column.kind() == ColumnKind.DECIMAL) {
            return sum;
        }
        BigInteger whole = sum.toBigIntegerExact();
        return whole.bitLength() < Long.SIZE ? (Object) whole.longValue() : whole;
    }

    private static BigDecimal number(Object measure) {
        return measure instanceof Long number
                ? BigDecimal.valueOf(number)
                : measure instanceof BigInteger number ? new BigDecimal(number) : (BigDecimal) measure;
    }
}
