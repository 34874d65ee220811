package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.RowKey;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.BitSet;
import java.util.Objects;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * The change of one group by added and removed contributions. Contributions are in the view's order, with a measure in
 * the place of each aggregate.
 */
final class GroupDelta {
    private final GroupTable groups;
    private final RowKey key;
    private final long[] counts;
    private final @Nullable BigDecimal[] sums;
    private final @Nullable Object[] candidates;
    private final BitSet stale = new BitSet();
    private boolean lessened;
    private @Nullable SinkRecord last;

    GroupDelta(GroupTable groups, RowKey key) {
        this.groups = groups;
        this.key = key;
        this.counts = new long[groups.aggregates()];
        this.sums = new @Nullable BigDecimal[groups.aggregates()];
        this.candidates = new @Nullable Object[groups.aggregates()];
    }

    RowKey key() {
        return key;
    }

    /** The aggregates whose values the difference alone does not determine, because they may have lost their extreme. */
    BitSet stale() {
        return stale;
    }

    /** Whether the group may be empty now. */
    boolean lessened() {
        return lessened;
    }

    /** The last record that contributed, or took back. */
    SinkRecord last() {
        return Objects.requireNonNull(last);
    }

    /** A contribution comes, or goes. */
    void countContribution(int sign, SinkRecord record) {
        for (int i = 0; i < counts.length; i++) {
            if (groups.function(i) == AggregateFunction.COUNT_ALL) {
                counts[i] += sign;
            }
        }
        lessened |= sign < 0;
        last = record;
    }

    /** A contribution stays in the group, with other measures. */
    void touch(SinkRecord record) {
        last = record;
    }

    /** How many different measures there are grows or shrinks by so many. */
    void addDistinct(int aggregate, int difference) {
        counts[aggregate] += difference;
    }

    /** A measure comes. */
    void gainMeasure(int aggregate, Object measure) {
        switch (groups.function(aggregate)) {
            case COUNT -> counts[aggregate]++;
            case SUM -> addToSum(aggregate, number(measure));
            case MIN, MAX -> offerCandidate(aggregate, measure);
            case COUNT_ALL, DISTINCT -> {}
        }
    }

    /** A measure goes. */
    void loseMeasure(int aggregate, Object measure) {
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
        BigDecimal sum = sums[aggregate];
        sums[aggregate] = sum == null ? difference : sum.add(difference);
    }

    private void offerCandidate(int aggregate, Object candidate) {
        Object best = candidates[aggregate];
        if (best == null) {
            candidates[aggregate] = candidate;
        } else if (!groups.column(aggregate).kind().isOrdered()) {
            // Only the database can compare these values.
            stale.set(aggregate);
        } else {
            int order = RowKey.compare(candidate, best);
            if (groups.function(aggregate) == AggregateFunction.MIN ? order < 0 : order > 0) {
                candidates[aggregate] = candidate;
            }
        }
    }

    /** The differences and candidates, in the view's order. */
    @Nullable
    Object[] row() {
        @Nullable Object[] row = new @Nullable Object[groups.view().columns().size()];
        for (int i = 0; i < groups.view().keySize(); i++) {
            row[i] = key.value(i);
        }
        for (int i = 0; i < counts.length; i++) {
            AggregateFunction function = groups.function(i);
            row[groups.index(i)] = function.isCount()
                    ? (Object) counts[i]
                    : function == AggregateFunction.SUM ? sum(i) : candidates[i];
        }
        return row;
    }

    private @Nullable Object sum(int aggregate) {
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
