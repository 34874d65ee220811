package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.table.RowKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** The changes of the groups of one view by added and removed contributions, in the order of the groups' keys. */
final class GroupDeltas {
    /** A measure in a group, and whether the contributions here bring it, take it away, or both. */
    static final class Measure {
        private final RowKey tuple;
        private final RowKey group;
        private boolean gained;
        private boolean lost;

        private Measure(RowKey tuple, RowKey group) {
            this.tuple = tuple;
            this.group = group;
        }

        /** The group's key and the measure. */
        RowKey tuple() {
            return tuple;
        }

        RowKey group() {
            return group;
        }

        /** A contribution had it before, and none here has it now. */
        boolean onlyLost() {
            return lost && !gained;
        }

        /** A contribution has it now, and none here had it before. */
        boolean onlyGained() {
            return gained && !lost;
        }
    }

    private final GroupTable groups;
    private final BiFunction<Integer, Object, Object> forms;
    private final Map<RowKey, GroupDelta> deltas = new TreeMap<>(RowKey.ORDER);
    private final List<Map<RowKey, Measure>> distinct = new ArrayList<>();

    /** Whose measures have one notation each. */
    GroupDeltas(GroupTable groups) {
        this(groups, (aggregate, measure) -> measure);
    }

    /**
     * The changes of groups.
     *
     * @param forms makes one measure of all measures of an aggregate that the server compares as equal
     */
    GroupDeltas(GroupTable groups, BiFunction<Integer, Object, Object> forms) {
        this.groups = groups;
        this.forms = forms;
        for (int i = 0; i < groups.aggregates(); i++) {
            distinct.add(new HashMap<>());
        }
    }

    /** By the groups' keys. */
    Collection<GroupDelta> deltas() {
        return deltas.values();
    }

    GroupDelta delta(RowKey group) {
        return deltas.computeIfAbsent(group, key -> new GroupDelta(groups, key));
    }

    /** The measures of an aggregate that counts different ones. */
    Collection<Measure> distinct(int aggregate) {
        return distinct.get(aggregate).values();
    }

    boolean isEmpty() {
        return deltas.isEmpty();
    }

    /** The rows to accumulate. */
    List<@Nullable Object[]> rows() {
        return deltas.values().stream().map(GroupDelta::row).toList();
    }

    /**
     * One contribution takes the place of another.
     *
     * @param before what was there, or null
     * @param after what is there now, or null
     */
    void replace(@Nullable Object @Nullable [] before, @Nullable Object @Nullable [] after, SinkRecord record) {
        @Nullable
        RowKey from = before == null ? null : new RowKey(before, groups.view().keySize());
        @Nullable
        RowKey to = after == null ? null : new RowKey(after, groups.view().keySize());
        boolean stays = from != null && from.equals(to);
        if (from != null && stays) {
            delta(from).touch(record);
        } else {
            if (from != null) {
                delta(from).countContribution(-1, record);
            }
            if (to != null) {
                delta(to).countContribution(1, record);
            }
        }
        for (int i = 0; i < groups.aggregates(); i++) {
            if (!groups.function(i).hasMeasure()) {
                continue;
            }
            @Nullable Object old = before == null ? null : before[groups.index(i)];
            @Nullable Object fresh = after == null ? null : after[groups.index(i)];
            if (stays && Objects.deepEquals(old, fresh)) {
                continue;
            }
            if (from != null && old != null) {
                delta(from).loseMeasure(i, old);
                if (groups.function(i) == AggregateFunction.DISTINCT) {
                    measure(i, from, old).lost = true;
                }
            }
            if (to != null && fresh != null) {
                delta(to).gainMeasure(i, fresh);
                if (groups.function(i) == AggregateFunction.DISTINCT) {
                    measure(i, to, fresh).gained = true;
                }
            }
        }
    }

    private Measure measure(int aggregate, RowKey group, Object measure) {
        int size = groups.view().keySize();
        @Nullable Object[] tuple = new @Nullable Object[size + 1];
        for (int i = 0; i < size; i++) {
            tuple[i] = group.value(i);
        }
        tuple[size] = forms.apply(aggregate, measure);
        RowKey key = new RowKey(tuple, size + 1);
        return distinct.get(aggregate).computeIfAbsent(key, k -> new Measure(k, group));
    }
}
