package io.millrace.connectors.projection.kind.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.DeletedRow;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import io.millrace.connectors.projection.table.Views;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TableChangesTest {
    /** Changes are merged here, and not written. */
    private static final ViewStatements NO_STATEMENTS = null;

    private final View view = Views.of("orders", 1, 0, "id", "a", "b");
    private final TableChanges changes = new TableChanges(view, NO_STATEMENTS, new EqualTexts(NO_STATEMENTS));
    private final View grouped = Views.of("apps", 2, 1, "site", "app", "version");
    private final TableChanges groups = new TableChanges(grouped, NO_STATEMENTS, new EqualTexts(NO_STATEMENTS));

    @Test
    void keepsOnlyTheLastStateOfARow() {
        add(changes, Rows.upsert(view, "1", "x", "y"));
        add(changes, Rows.upsert(view, "1", "x2", "y2"));

        assertThat(changes.deletes()).isEmpty();
        assertThat(changes.upserts())
                .containsOnlyKeys(Views.columns(view, 1, 2))
                .allSatisfy((columns, rows) -> assertThat(rows).containsExactly(new Object[] {"1", "x2", "y2"}));
    }

    @Test
    void mergesDifferentColumnsOfARow() {
        add(changes, Rows.upsert(view, "1", "x", null));
        add(changes, Rows.upsert(view, "1", null, "y"));

        Map<ColumnSet, List<Object[]>> upserts = changes.upserts();
        assertThat(upserts).containsOnlyKeys(Views.columns(view, 1, 2));
        assertThat(upserts.get(Views.columns(view, 1, 2))).containsExactly(new Object[] {"1", "x", "y"});
    }

    @Test
    void leavesTheRecordsOfAMergeAsTheyWere() {
        RowUpsert first = Rows.upsert(view, "1", "x", null);
        add(changes, first);
        add(changes, Rows.upsert(view, "1", null, "y"));

        assertThat(first.values()).containsExactly("1", "x", null);
    }

    @Test
    void deletesARowThatWasInsertedAndThenDeleted() {
        add(changes, Rows.upsert(view, "1", "x", "y"));
        add(changes, new RowDelete(view, Views.key(view, "1"), null));

        assertThat(changes.upserts()).isEmpty();
        assertThat(changes.deletes()).extracting(DeletedRow::key).containsExactly(Views.key(view, "1"));
    }

    @Test
    void deletesBeforeItWritesARowThatCameBack() {
        add(changes, new RowDelete(view, Views.key(view, "1"), null));
        add(changes, Rows.upsert(view, "1", "x", null));
        add(changes, Rows.upsert(view, "1", "x2", null));

        assertThat(changes.deletes()).extracting(DeletedRow::key).containsExactly(Views.key(view, "1"));
        assertThat(changes.upserts()).containsOnlyKeys(Views.columns(view, 1));
    }

    @Test
    void forgetsColumnsFromBeforeADeletion() {
        add(changes, Rows.upsert(view, "1", "x", "y"));
        add(changes, new RowDelete(view, Views.key(view, "1"), null));
        add(changes, Rows.upsert(view, "1", null, "y2"));

        assertThat(changes.upserts()).containsOnlyKeys(Views.columns(view, 2));
        assertThat(changes.deletes()).extracting(DeletedRow::key).containsExactly(Views.key(view, "1"));
    }

    @Test
    void takesByteStringsForKeysByTheirBytes() {
        add(changes, Rows.upsert(view, new byte[] {1, 2}, "x", null));
        add(changes, Rows.upsert(view, new byte[] {1, 2}, "x2", null));
        add(changes, Rows.upsert(view, new byte[] {1, 3}, "x3", null));

        assertThat(changes.upserts().values())
                .singleElement()
                .satisfies(rows -> assertThat(rows).extracting(row -> row[1]).containsExactly("x2", "x3"));
    }

    @Test
    void writesTheRowLastThatWasWrittenLast() {
        add(changes, Rows.upsert(view, "k", "1", null));
        add(changes, Rows.upsert(view, "K", "2", null));
        add(changes, Rows.upsert(view, "k", "3", null));

        assertThat(changes.upserts().values())
                .singleElement()
                .satisfies(rows -> assertThat(rows).extracting(row -> row[1]).containsExactly("2", "3"));
    }

    @Test
    void keepsTheRowsOfTheNewestArrayOnly() {
        replaceGroup("s", "a", "b");
        replaceGroup("s", "b", "c");

        assertThat(groups.replacedGroups())
                .isEqualTo(Map.of(groupKey("s"), Set.of(element("s", "b"), element("s", "c"))));
        assertThat(keys(groups)).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void resetsAnElementThatVanishedAndCameBack() {
        replaceGroup("s", "a", "b");
        replaceGroup("s", "b");
        replaceGroup("s", "a", "b");

        assertThat(groups.deletes()).extracting(DeletedRow::key).containsExactly(element("s", "a"));
        assertThat(keys(groups)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void emptiesAGroup() {
        replaceGroup("s", "a");
        replaceGroup("s");

        assertThat(groups.replacedGroups()).isEqualTo(Map.of(groupKey("s"), Set.of()));
        assertThat(groups.upserts()).isEmpty();
    }

    @Test
    void keepsARowThatAnotherProjectionAddedToAReplacedGroup() {
        replaceGroup("s", "a");
        add(groups, Rows.upsert(grouped, "s", "z", "1"));

        assertThat(groups.replacedGroups())
                .isEqualTo(Map.of(groupKey("s"), Set.of(element("s", "a"), element("s", "z"))));
        assertThat(groups.deletes()).extracting(DeletedRow::key).containsExactly(element("s", "z"));
    }

    @Test
    void removesARowThatAnotherProjectionAddedBeforeItsGroupWasReplaced() {
        add(groups, Rows.upsert(grouped, "s", "z", "1"));
        replaceGroup("s", "a");

        assertThat(groups.replacedGroups()).isEqualTo(Map.of(groupKey("s"), Set.of(element("s", "a"))));
        assertThat(keys(groups)).containsExactly("a");
    }

    @Test
    void keepsTheNewerOfTwoRevisionsWhateverTheirOrder() {
        View revised = Views.withRevision("orders", 1, "id", "a", "rev");
        TableChanges ordered = new TableChanges(revised, NO_STATEMENTS, new EqualTexts(NO_STATEMENTS));
        add(ordered, Rows.upsert(revised, "1", "new", 2L));
        add(ordered, Rows.upsert(revised, "1", "old", 1L));
        add(ordered, new RowDelete(revised, Views.key(revised, "1"), 1L));
        add(ordered, Rows.upsert(revised, "2", "first", 2L));
        add(ordered, Rows.upsert(revised, "2", "last", 2L));

        assertThat(ordered.deletes()).isEmpty();
        assertThat(ordered.upserts().values())
                .singleElement()
                .satisfies(rows -> assertThat(rows).extracting(row -> row[1]).containsExactly("new", "last"));
    }

    /** However a stream is cut into batches, the rows are those that one change after the other leaves. */
    @Test
    void leavesTheSameRowsHoweverAStreamOfRevisionsIsCut() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        View revised = Views.withRevision("orders", 1, "id", "a", "b", "rev");
        for (int round = 0; round < 500; round++) {
            List<RowChange<TableChanges>> stream = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                stream.add(change(revised, random, i));
            }
            RevisedRows expected = new RevisedRows();
            stream.forEach(change -> {
                TableChanges one = new TableChanges(revised, NO_STATEMENTS, new EqualTexts(NO_STATEMENTS));
                add(one, change);
                expected.write(one);
            });
            RevisedRows found = new RevisedRows();
            TableChanges batch = new TableChanges(revised, NO_STATEMENTS, new EqualTexts(NO_STATEMENTS));
            for (RowChange<TableChanges> change : stream) {
                if (random.nextInt(5) == 0 || change.collidesWith(batch)) {
                    found.write(batch);
                    batch = new TableChanges(revised, NO_STATEMENTS, new EqualTexts(NO_STATEMENTS));
                }
                add(batch, change);
            }
            found.write(batch);

            assertThat(found.rows).as("seed %d, round %d", seed, round).isEqualTo(expected.rows);
        }
    }

    private static RowChange<TableChanges> change(View view, Random random, int place) {
        String id = "" + random.nextInt(2);
        long revision = random.nextInt(5);
        return switch (random.nextInt(4)) {
            case 0 -> new RowDelete(view, Views.key(view, id), revision);
            case 1 -> Rows.upsert(view, id, "a" + place, null, revision);
            case 2 -> Rows.upsert(view, id, null, "b" + place, revision);
            default -> Rows.upsert(view, id, "a" + place, "b" + place, revision);
        };
    }

    /** What the statements of a database do with rows of three columns behind the key, the last one the revision. */
    private static final class RevisedRows {
        private final Map<Object, List<Object>> rows = new TreeMap<>();

        void write(TableChanges changes) {
            for (DeletedRow delete : changes.deletes()) {
                List<Object> row = rows.get(delete.key().value(0));
                if (row != null && (Long) row.get(2) <= (Long) delete.revision()) {
                    rows.remove(delete.key().value(0));
                }
            }
            changes.upserts()
                    .forEach((columns, values) -> values.forEach(value -> {
                        List<Object> row =
                                rows.computeIfAbsent(value[0], id -> new ArrayList<>(Arrays.asList(null, null, -1L)));
                        if ((Long) row.get(2) <= (Long) value[3]) {
                            for (int index : columns.indexes()) {
                                row.set(index - 1, value[index]);
                            }
                        }
                    }));
        }
    }

    private void replaceGroup(String site, String... apps) {
        groups.replaceGroup(
                groupKey(site),
                Arrays.stream(apps)
                        .map(app -> Rows.upsert(grouped, site, app, "v"))
                        .toList());
    }

    private static void add(TableChanges earlier, RowChange<TableChanges> change) {
        change.addTo(earlier);
    }

    private static RowKey groupKey(String site) {
        return new RowKey(new Object[] {site}, 1);
    }

    private RowKey element(String site, String app) {
        return Views.key(grouped, site, app);
    }

    private static List<Object> keys(TableChanges changes) {
        return changes.upserts().values().stream()
                .flatMap(List::stream)
                .map(row -> row[1])
                .toList();
    }
}
