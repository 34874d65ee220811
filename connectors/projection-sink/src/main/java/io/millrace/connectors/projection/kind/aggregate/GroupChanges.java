package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.StateException;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.kind.MergedChanges;
import io.millrace.connectors.projection.table.DeletedRow;
import io.millrace.connectors.projection.table.KeyCollisions;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one view of groups: of each member its last contribution, or the sum of all differences. They are written
 * so that other tasks may contribute to the same groups at the same time:
 *
 * <ol>
 *   <li>if a record empties the view, the rows of groups and members are deleted;
 *   <li>the members' rows are locked and read: what the members contributed before;
 *   <li>the differences are added to the groups, which locks their rows in the order of their keys. A task changes members
 *       of a group only while it holds the lock of the group's row, so that no other task does so until the commit;
 *   <li>the members' rows are written;
 *   <li>what a difference does not determine is read from the members: the next extreme, whether a measure was the only
 *       one with its value, whether a group is empty.
 * </ol>
 */
final class GroupChanges implements MergedChanges {
    /** The new contribution of a member; {@code row} is null if there is none. */
    @SuppressWarnings("ArrayRecordComponent")
    private record State(@Nullable Object @Nullable [] row, SinkRecord record) {}

    /** A member's old row and its new one; either may be missing. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Step(
            RowKey member,
            @Nullable Object @Nullable [] before,
            @Nullable Object @Nullable [] after,
            SinkRecord record) {}

    private final GroupTable groups;
    private final ViewStatements statements;
    private final SqlErrors errors;
    private final GroupSql sql;
    private final Map<RowKey, State> states = new TreeMap<>(RowKey.ORDER);
    private final GroupDeltas differences;
    private final EqualTexts texts;
    private final KeyCollisions memberCollisions;
    private final KeyCollisions groupCollisions;
    private boolean truncated;

    GroupChanges(GroupTable groups, Dialect dialect, ViewStatements statements, EqualTexts texts) {
        this.groups = groups;
        this.statements = statements;
        this.texts = texts;
        this.memberCollisions = new KeyCollisions(member -> texts.formOf(requireMembers(), member));
        this.groupCollisions = startGroupCollisions();
        this.errors = dialect.errors();
        this.sql = new GroupSql(dialect, groups);
        this.differences = new GroupDeltas(groups);
    }

    @Override
    public View view() {
        return groups.view();
    }

    /** Every task may contribute to every group. */
    @Override
    public boolean sharesRows() {
        return true;
    }

    /** Whether a collation may compare a member or a group of the change as equal to an earlier one; remembers them. */
    boolean collidesWith(Contribution change) {
        boolean collides = requireMembers().hasCollatedKey() && memberCollisions.collides(change.member());
        if (change.row() != null && groups.view().hasCollatedKey()) {
            collides |= groupCollides(groups.contribution(change.row()));
        }
        return collides;
    }

    /** As for a contribution. */
    boolean collidesWith(Adjustment change) {
        boolean collides = groupCollides(change.before());
        collides |= groupCollides(change.after());
        return collides;
    }

    private KeyCollisions startGroupCollisions() {
        return new KeyCollisions(group -> texts.formOf(groups.view(), group));
    }

    private View requireMembers() {
        return groups.members().orElseThrow();
    }

    private boolean groupCollides(@Nullable Object @Nullable [] contribution) {
        return contribution != null
                && groups.view().hasCollatedKey()
                && groupCollisions.collides(groups.groupOf(contribution));
    }

    @Override
    public void truncate(@Nullable Object revision) {
        truncated = true;
    }

    /** Adds a change, the newest so far. */
    void add(Contribution change) {
        states.put(change.member(), new State(change.row(), change.record()));
    }

    /** Adds a change, the newest so far. */
    void add(Adjustment change) {
        differences.replace(change.before(), change.after(), change.record());
    }

    @Override
    public void write() throws SQLException {
        Optional<View> members = groups.members();
        if (truncated) {
            statements.truncate(view(), null);
            if (members.isPresent()) {
                statements.truncate(members.get(), null);
            }
        }
        if (members.isEmpty()) {
            addDifferences(differences);
            finishGroups(differences);
            return;
        }
        List<Step> steps = findSteps(members.get());
        if (!mayBeOne(steps)) {
            writeSteps(members.get(), steps);
            return;
        }
        // Keys that a collation may compare as equal are not written together.
        for (Step step : steps) {
            if (mayBeOne(List.of(step))) {
                writeSteps(members.get(), List.of(new Step(step.member(), step.before(), null, step.record())));
                writeSteps(members.get(), List.of(new Step(step.member(), null, step.after(), step.record())));
            } else {
                writeSteps(members.get(), List.of(step));
            }
        }
    }

    /** The members whose contributions change. */
    private List<Step> findSteps(View members) throws SQLException {
        Map<RowKey, @Nullable Object[]> found = lockRows(members, List.copyOf(states.keySet()));
        List<Step> steps = new ArrayList<>();
        states.forEach((member, state) -> {
            @Nullable Object @Nullable [] before = found.get(member);
            boolean changes = !Arrays.deepEquals(contribution(before), contribution(state.row()));
            if (changes) {
                steps.add(new Step(member, before, state.row(), state.record()));
            }
        });
        learnContributions(members, steps);
        return steps;
    }

    /**
     * Locks and reads rows. A row may have its key in another notation than the requested one.
     *
     * @param keys keys that the server compares as different
     * @return the existing rows, by the requested keys
     */
    private Map<RowKey, @Nullable Object[]> lockRows(View view, List<RowKey> keys) throws SQLException {
        List<@Nullable Object[]> rows = statements.lock(view, keys);
        for (@Nullable Object[] row : rows) {
            texts.add(view, new RowKey(row, view.keySize()));
        }
        texts.ask(view);
        Map<RowKey, RowKey> asked = new HashMap<>();
        keys.forEach(key -> asked.put(texts.formOf(view, key), key));
        Map<RowKey, @Nullable Object[]> found = new HashMap<>();
        for (@Nullable Object[] row : rows) {
            RowKey key = asked.get(texts.formOf(view, new RowKey(row, view.keySize())));
            if (key != null) {
                found.put(key, row);
            }
        }
        if (found.size() < rows.size()) {
            // A notation that only the server can compare, e.g. a number that is rounded in its column.
            for (RowKey key : keys) {
                if (!found.containsKey(key)) {
                    statements.lock(view, List.of(key)).forEach(row -> found.put(key, row));
                }
            }
        }
        return found;
    }

    /** Queries the server about groups and measures from the members' table. */
    private void learnContributions(View members, List<Step> steps) throws SQLException {
        for (Step step : steps) {
            for (@Nullable Object @Nullable [] row : Arrays.asList(step.before(), step.after())) {
                if (row == null) {
                    continue;
                }
                texts.add(groups.view(), groups.groupOf(groups.contribution(row)));
                for (int i = 0; i < groups.aggregates(); i++) {
                    if (groups.function(i) == AggregateFunction.DISTINCT && row[groups.measure(i)] != null) {
                        texts.add(members, groups.measure(i), Objects.requireNonNull(row[groups.measure(i)]));
                    }
                }
            }
        }
        texts.ask(groups.view());
        texts.ask(members);
    }

    private Object formOfMeasure(int aggregate, Object measure) {
        return texts.formOf(requireMembers(), groups.measure(aggregate), measure);
    }

    private boolean mayBeOne(List<Step> steps) {
        if (!groups.view().hasCollatedKey()) {
            return false;
        }
        KeyCollisions collisions = startGroupCollisions();
        for (Step step : steps) {
            for (@Nullable Object @Nullable [] row : Arrays.asList(step.before(), step.after())) {
                if (row != null && collisions.collides(groups.groupOf(groups.contribution(row)))) {
                    return true;
                }
            }
        }
        return false;
    }

    private void writeSteps(View members, List<Step> steps) throws SQLException {
        GroupDeltas deltas = new GroupDeltas(groups, this::formOfMeasure);
        for (Step step : steps) {
            deltas.replace(contribution(step.before()), contribution(step.after()), step.record());
        }
        if (deltas.isEmpty()) {
            return;
        }
        addDifferences(deltas);
        GroupDeltas distinct = new GroupDeltas(groups);
        countDistinct(deltas, distinct, GroupDeltas.Measure::onlyGained, 1);
        writeMembers(members, steps);
        countDistinct(deltas, distinct, GroupDeltas.Measure::onlyLost, -1);
        addDifferences(distinct);
        refreshStale(deltas);
        finishGroups(deltas);
    }

    private @Nullable Object @Nullable [] contribution(@Nullable Object @Nullable [] member) {
        return member == null ? null : groups.contribution(member);
    }

    /** Keys that a collation may compare as equal are not written with one statement. */
    private void addDifferences(GroupDeltas deltas) throws SQLException {
        List<@Nullable Object[]> rows = deltas.rows();
        while (!rows.isEmpty()) {
            List<@Nullable Object[]> later = new ArrayList<>();
            if (groups.view().hasCollatedKey()) {
                KeyCollisions collisions = startGroupCollisions();
                List<@Nullable Object[]> now = new ArrayList<>();
                rows.forEach(row -> (collisions.collides(groups.groupOf(row)) ? later : now).add(row));
                rows = now;
            }
            statements.accumulate(groups, rows);
            rows = later;
        }
    }

    /** Counts the measures that no member has, of those that are new before the members are written, and gone after. */
    private void countDistinct(
            GroupDeltas deltas, GroupDeltas distinct, Predicate<GroupDeltas.Measure> which, int difference)
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
            View members = requireMembers();
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
        List<@Nullable Object[]> fresh = new ArrayList<>();
        List<@Nullable Object[]> changed = new ArrayList<>();
        List<DeletedRow> gone = new ArrayList<>();
        for (Step step : steps) {
            if (step.after() == null) {
                gone.add(new DeletedRow(step.member(), null));
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
                // There was no row to lock when this task looked. The next attempt finds it. The server's message
                // contains the key's values and is left out.
                throw new StateException("Concurrent write to a member of " + groups, "40001");
            }
            throw e;
        }
    }

    private void refreshStale(GroupDeltas deltas) throws SQLException {
        for (int i = 0; i < groups.aggregates(); i++) {
            int aggregate = i;
            List<RowKey> stale = keys(deltas, delta -> delta.stale().get(aggregate));
            if (stale.isEmpty()) {
                continue;
            }
            if (groups.function(i).isExtreme()) {
                statements.change(groups.view(), sql.extreme(i), stale, "");
            } else if (groups.column(i).nullable()) {
                statements.change(groups.view(), sql.clear(i), stale, sql.ofNothing(i));
            }
        }
    }

    private void finishGroups(GroupDeltas deltas) throws SQLException {
        if (groups.completion().isPresent()) {
            announceComplete(deltas, groups.completion().get());
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
    private void announceComplete(GroupDeltas deltas, GroupCompletion completion) throws SQLException {
        View view = groups.view();
        int since = view.indexOf(completion.column());
        List<RowKey> complete = new ArrayList<>();
        List<@Nullable Object[]> announcements = new ArrayList<>();
        Map<RowKey, @Nullable Object[]> rows = lockRows(view, keys(deltas, delta -> true));
        try {
            for (GroupDelta delta : deltas.deltas()) {
                @Nullable Object @Nullable [] row = rows.get(delta.key());
                if (row != null && row[since] == null && completion.isReached(row, delta.last())) {
                    complete.add(delta.key());
                    announcements.add(completion.announce(row, delta.last()));
                }
            }
        } catch (DataException e) {
            throw new UnfitGroupException(String.valueOf(e.getMessage()));
        }
        if (!complete.isEmpty()) {
            statements.change(view, sql.complete(completion.column()), complete, sql.incomplete(completion.column()));
            View outbox = completion.outbox();
            statements.append(outbox, completion.columns(), announcements);
        }
    }
}
