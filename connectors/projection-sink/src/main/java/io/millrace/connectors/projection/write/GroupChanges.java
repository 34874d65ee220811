package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.StateException;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.table.AggregateFunction;
import io.millrace.connectors.projection.table.Completion;
import io.millrace.connectors.projection.table.GroupTable;
import io.millrace.connectors.projection.table.RowChange;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The changes of one view of groups: of each member its last contribution, or the sum of all differences. They are written
 * so that other tasks may contribute to the same groups at the same time:
 *
 * <ol>
 *   <li>the members' rows are locked, and say what the members contributed before;
 *   <li>the differences are added to the groups, which locks their rows in the order of their keys. Whoever changes
 *       something about a group's members has its row, so that from here on nobody else does;
 *   <li>the members' rows are written;
 *   <li>what a difference does not tell is asked of the members: the next extreme, whether a measure was a group's only one
 *       of its kind, whether a group is empty.
 * </ol>
 */
final class GroupChanges {
    /** What a member contributes from now on; {@code row} is null where that is nothing. */
    @SuppressWarnings("ArrayRecordComponent")
    private record State(Object[] row, SinkRecord record) {}

    /** A member's old row and its new one; either may be missing. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Step(RowKey member, Object[] before, Object[] after, SinkRecord record) {}

    private final GroupTable groups;
    private final ViewStatements statements;
    private final SqlErrors errors;
    private final GroupSql sql;
    private final Map<RowKey, State> states = new TreeMap<>(RowKey.ORDER);
    private final GroupDeltas differences;
    private final KeyCollisions memberCollisions = new KeyCollisions();
    private final KeyCollisions groupCollisions = new KeyCollisions();

    GroupChanges(GroupTable groups, ViewStatements statements, SqlErrors errors, GroupSql sql) {
        this.groups = groups;
        this.statements = statements;
        this.errors = errors;
        this.sql = sql;
        this.differences = new GroupDeltas(groups);
    }

    View view() {
        return groups.view();
    }

    /**
     * Whether a collation may take a member or a group of the change for another one that is here already. Then what is
     * here is to be written first.
     */
    boolean collides(RowChange change) {
        boolean collides = false;
        if (change instanceof RowChange.Contribute contribute) {
            if (groups.members().orElseThrow().hasCollatedKey()) {
                collides = memberCollisions.collides(contribute.member());
            }
            if (contribute.row() != null && groups.view().hasCollatedKey()) {
                collides |= groupCollides(groups.contribution(contribute.row()));
            }
        } else if (change instanceof RowChange.Adjust adjust) {
            collides = groupCollides(adjust.before());
            collides |= groupCollides(adjust.after());
        }
        return collides;
    }

    private boolean groupCollides(Object[] contribution) {
        return contribution != null && groups.view().hasCollatedKey() && groupCollisions.collides(group(contribution));
    }

    private RowKey group(Object[] contribution) {
        return new RowKey(contribution, groups.view().keySize());
    }

    /** Adds a change, the newest so far. */
    void add(RowChange change) {
        if (change instanceof RowChange.Contribute contribute) {
            states.put(contribute.member(), new State(contribute.row(), contribute.record()));
        } else if (change instanceof RowChange.Adjust adjust) {
            differences.replace(adjust.before(), adjust.after(), adjust.record());
        }
    }

    void write() throws SQLException {
        Optional<View> members = groups.members();
        if (members.isEmpty()) {
            accumulate(differences);
            finish(differences);
            return;
        }
        List<Step> steps = steps(members.get());
        if (!mayBeOne(steps)) {
            write(members.get(), steps);
            return;
        }
        // Of keys that a collation may take for one, no two are written together.
        for (Step step : steps) {
            if (mayBeOne(List.of(step))) {
                write(members.get(), List.of(new Step(step.member(), step.before(), null, step.record())));
                write(members.get(), List.of(new Step(step.member(), null, step.after(), step.record())));
            } else {
                write(members.get(), List.of(step));
            }
        }
    }

    /** The members whose contributions change. */
    private List<Step> steps(View members) throws SQLException {
        Map<RowKey, Object[]> found = new HashMap<>();
        for (Object[] row : statements.lock(members, List.copyOf(states.keySet()))) {
            found.put(KeyCollisions.folded(members, new RowKey(row, members.keySize())), row);
        }
        List<Step> steps = new ArrayList<>();
        states.forEach((member, state) -> {
            Object[] before = found.get(KeyCollisions.folded(members, member));
            boolean changes = !Arrays.deepEquals(contribution(before), contribution(state.row()));
            if (changes) {
                steps.add(new Step(member, before, state.row(), state.record()));
            }
        });
        return steps;
    }

    private boolean mayBeOne(List<Step> steps) {
        if (!groups.view().hasCollatedKey()) {
            return false;
        }
        KeyCollisions collisions = new KeyCollisions();
        for (Step step : steps) {
            for (Object[] row : new Object[][] {step.before(), step.after()}) {
                if (row != null && collisions.collides(group(groups.contribution(row)))) {
                    return true;
                }
            }
        }
        return false;
    }

    private void write(View members, List<Step> steps) throws SQLException {
        GroupDeltas deltas = new GroupDeltas(groups);
        for (Step step : steps) {
            deltas.replace(contribution(step.before()), contribution(step.after()), step.record());
        }
        if (deltas.isEmpty()) {
            return;
        }
        accumulate(deltas);
        GroupDeltas distinct = new GroupDeltas(groups);
        ask(deltas, distinct, GroupDeltas.Measure::onlyGained, 1);
        writeMembers(members, steps);
        ask(deltas, distinct, GroupDeltas.Measure::onlyLost, -1);
        accumulate(distinct);
        refresh(deltas);
        finish(deltas);
    }

    private Object[] contribution(Object[] member) {
        return member == null ? null : groups.contribution(member);
    }

    /** Of keys that a collation may take for one, no two with one statement. */
    private void accumulate(GroupDeltas deltas) throws SQLException {
        List<Object[]> rows = deltas.rows();
        while (!rows.isEmpty()) {
            List<Object[]> later = new ArrayList<>();
            if (groups.view().hasCollatedKey()) {
                KeyCollisions collisions = new KeyCollisions();
                List<Object[]> now = new ArrayList<>();
                rows.forEach(row -> (collisions.collides(group(row)) ? later : now).add(row));
                rows = now;
            }
            statements.accumulate(groups, rows);
            rows = later;
        }
    }

    /** Counts the measures that no member has, of those that are new before the members are written, and gone after. */
    private void ask(GroupDeltas deltas, GroupDeltas distinct, Predicate<GroupDeltas.Measure> which, int difference)
            throws SQLException {
        for (int i = 0; i < groups.aggregates(); i++) {
            if (groups.function(i) != AggregateFunction.DISTINCT) {
                continue;
            }
            List<GroupDeltas.Measure> measures =
                    deltas.distinct(i).stream().filter(which).toList();
            if (measures.isEmpty()) {
                continue;
            }
            View members = groups.members().orElseThrow();
            int[] columns = new int[groups.view().keySize() + 1];
            for (int j = 0; j < columns.length; j++) {
                columns[j] = j + 1 < columns.length ? members.keySize() + j : groups.measure(i);
            }
            BitSet found = statements.exist(
                    members,
                    columns,
                    measures.stream().map(GroupDeltas.Measure::tuple).toList());
            for (int j = 0; j < measures.size(); j++) {
                if (!found.get(j)) {
                    distinct.delta(measures.get(j).group()).addDistinct(i, difference);
                }
            }
        }
    }

    private void writeMembers(View members, List<Step> steps) throws SQLException {
        List<Object[]> fresh = new ArrayList<>();
        List<Object[]> changed = new ArrayList<>();
        List<RowChange.Delete> gone = new ArrayList<>();
        for (Step step : steps) {
            if (step.after() == null) {
                gone.add(new RowChange.Delete(members, step.member(), null));
            } else {
                (step.before() == null ? fresh : changed).add(step.after());
            }
        }
        statements.delete(members, gone);
        statements.upsert(members, groups.memberColumns(), changed);
        try {
            statements.insert(members, groups.memberColumns(), fresh);
        } catch (SQLException e) {
            if (errors.isDuplicateKey(e)) {
                // There was no row to lock when this task looked. The next attempt sees it. The server's own words,
                // with
                // the key's values, are left out.
                throw new StateException("Another task wrote a member of " + groups + " at the same time", "40001");
            }
            throw e;
        }
    }

    private void refresh(GroupDeltas deltas) throws SQLException {
        for (int i = 0; i < groups.aggregates(); i++) {
            int aggregate = i;
            List<RowKey> stale = keys(deltas, delta -> delta.stale().get(aggregate));
            if (stale.isEmpty()) {
                continue;
            }
            if (groups.function(i).extreme()) {
                statements.change(groups.view(), sql.extreme(i), stale, "");
            } else if (groups.column(i).nullable()) {
                statements.change(groups.view(), sql.clear(i), stale, sql.ofNothing(i));
            }
        }
    }

    private void finish(GroupDeltas deltas) throws SQLException {
        if (groups.completion().isPresent()) {
            complete(deltas, groups.completion().get());
        }
        List<RowKey> lessened = groups.keepsEmpty() ? List.of() : keys(deltas, GroupDelta::lessened);
        if (!lessened.isEmpty()) {
            statements.change(groups.view(), sql.delete(), lessened, sql.empty());
        }
    }

    private static List<RowKey> keys(GroupDeltas deltas, Predicate<GroupDelta> which) {
        return deltas.deltas().stream().filter(which).map(GroupDelta::key).toList();
    }

    /** Announces the groups that are complete for the first time. Their rows are locked, so no other task does. */
    private void complete(GroupDeltas deltas, Completion completion) throws SQLException {
        View view = groups.view();
        Map<RowKey, GroupDelta> touched = new HashMap<>();
        deltas.deltas().forEach(delta -> touched.put(KeyCollisions.folded(view, delta.key()), delta));
        int since = view.indexOf(completion.column());
        List<RowKey> complete = new ArrayList<>();
        List<Object[]> announcements = new ArrayList<>();
        try {
            for (Object[] row : statements.lock(view, keys(deltas, delta -> true))) {
                RowKey key = group(row);
                SinkRecord record = touched.get(KeyCollisions.folded(view, key)).last();
                if (row[since] == null && completion.reached(row, record)) {
                    complete.add(key);
                    announcements.add(completion.announcement(row, record));
                }
            }
        } catch (DataException e) {
            throw new UnfitGroupException(e.getMessage());
        }
        if (!complete.isEmpty()) {
            statements.change(view, sql.complete(completion.column()), complete, sql.incomplete(completion.column()));
            View outbox = completion.outbox();
            statements.append(outbox, completion.columns(), announcements);
        }
    }
}
