package io.millrace.connectors.projection.table;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The columns of a view that a row gives values to, as indexes into {@link View#columns()}. Sets of one view are
 * interned, so that rows of one projection share one and are compared by identity. Not safe for use by many threads.
 */
public final class ColumnSet {
    private final Map<BitSet, ColumnSet> interned;
    private final BitSet members;
    private final int[] indexes;

    private ColumnSet(Map<BitSet, ColumnSet> interned, BitSet members) {
        this.interned = interned;
        this.members = members;
        this.indexes = members.stream().toArray();
    }

    /** The empty set of a new view. */
    public static ColumnSet none() {
        Map<BitSet, ColumnSet> interned = new HashMap<>();
        ColumnSet none = new ColumnSet(interned, new BitSet());
        interned.put(none.members, none);
        return none;
    }

    /** This set and one more column. */
    public ColumnSet with(int index) {
        BitSet union = (BitSet) members.clone();
        union.set(index);
        return interned.computeIfAbsent(union, members -> new ColumnSet(interned, members));
    }

    /** This set without a column. */
    public ColumnSet without(int index) {
        BitSet rest = (BitSet) members.clone();
        rest.clear(index);
        return interned.computeIfAbsent(rest, members -> new ColumnSet(interned, members));
    }

    /** Whether the column is in the set. */
    public boolean contains(int index) {
        return members.get(index);
    }

    /** The columns of both sets, which must be of one view. */
    public ColumnSet union(ColumnSet other) {
        if (other == this) {
            return this;
        }
        BitSet union = (BitSet) members.clone();
        union.or(other.members);
        return interned.computeIfAbsent(union, members -> new ColumnSet(interned, members));
    }

    /** Whether all columns of the other set, which must be of the same view, are in this one. */
    public boolean containsAll(ColumnSet other) {
        BitSet rest = (BitSet) other.members.clone();
        rest.andNot(members);
        return rest.isEmpty();
    }

    /** The indexes in ascending order; not to be changed. */
    public int[] indexes() {
        return indexes;
    }
}
