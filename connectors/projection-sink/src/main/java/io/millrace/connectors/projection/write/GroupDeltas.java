package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.table.AggregateFunction;
import io.millrace.connectors.projection.table.GroupTable;
import io.millrace.connectors.projection.table.RowKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.connect.sink.SinkRecord;

/** What contributions that come and go change of the groups of one view, in the order of the groups' keys. */
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

        /** Somebody had it before, and nobody here has it any more. */
        boolean onlyLost() {
            return lost && !gained;
        }

        /** Somebody has it now, and nobody here had it before. */
        boolean onlyGained() {
            return gained && !lost;
        }
    }

    private final GroupTable groups;
    private final Map<RowKey, GroupDelta> deltas = new TreeMap<>(RowKey.ORDER);
    private final List<Map<RowKey, Measure>> distinct = new ArrayList<>();

    GroupDeltas(GroupTable groups) {
        this.groups = groups;
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
    List<Object[]> rows() {
        return deltas.values().stream().map(GroupDelta::row).toList();
    }

    /**
     * One contribution takes the place of another.
     *
     * @param before what was there, or null
     * @param after what is there now, or null
     */
    void replace(Object[] before, Object[] after, SinkRecord record) {
        RowKey from = before == null ? null : new RowKey(before, groups.view().keySize());
        RowKey to = after == null ? null : new RowKey(after, groups.view().keySize());
        boolean stays = from != null && from.equals(to);
        if (stays) {
            delta(to).touch(record);
        } else {
            if (from != null) {
                delta(from).count(-1, record);
            }
            if (to != null) {
                delta(to).count(1, record);
            }
        }
        for (int i = 0; i < groups.aggregates(); i++) {
            if (!groups.function(i).measured()) {
                continue;
            }
            Object old = before == null ? null : before[groups.index(i)];
            Object fresh = after == null ? null : after[groups.index(i)];
            if (stays && Objects.deepEquals(old, fresh)) {
                continue;
            }
            if (old != null) {
                delta(from).lose(i, old);
                if (groups.function(i) == AggregateFunction.DISTINCT) {
                    measure(i, from, old).lost = true;
                }
            }
            if (fresh != null) {
                delta(to).gain(i, fresh);
                if (groups.function(i) == AggregateFunction.DISTINCT) {
                    measure(i, to, fresh).gained = true;
                }
            }
        }
    }

    private Measure measure(int aggregate, RowKey group, Object measure) {
        int size = groups.view().keySize();
        Object[] tuple = new Object[size + 1];
        for (int i = 0; i < size; i++) {
            tuple[i] = group.value(i);
        }
        tuple[size] = measure;
        RowKey key = new RowKey(tuple, size + 1);
        return distinct.get(aggregate).computeIfAbsent(key, k -> new Measure(k, group));
    }
}
