package io.millrace.connectors.projection.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowChange;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import io.millrace.connectors.projection.table.Views;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TableChangesTest {
    private final View view = Views.of("orders", 1, 0, "id", "a", "b");
    private final TableChanges changes = new TableChanges(view);
    private final View grouped = Views.of("apps", 2, 1, "site", "app", "version");
    private final TableChanges groups = new TableChanges(grouped);

    @Test
    void keepsOnlyTheLastStateOfARow() {
        changes.add(Views.upsert(view, "1", "x", "y"));
        changes.add(Views.upsert(view, "1", "x2", "y2"));

        assertThat(changes.deletes()).isEmpty();
        assertThat(changes.upserts())
                .containsOnlyKeys(Views.columns(view, 1, 2))
                .allSatisfy((columns, rows) -> assertThat(rows).containsExactly(new Object[] {"1", "x2", "y2"}));
    }

    @Test
    void mergesDifferentColumnsOfARow() {
        changes.add(Views.upsert(view, "1", "x", null));
        changes.add(Views.upsert(view, "1", null, "y"));

        Map<ColumnSet, List<Object[]>> upserts = changes.upserts();
        assertThat(upserts).containsOnlyKeys(Views.columns(view, 1, 2));
        assertThat(upserts.get(Views.columns(view, 1, 2))).containsExactly(new Object[] {"1", "x", "y"});
    }

    @Test
    void leavesTheRecordsOfAMergeAsTheyWere() {
        RowChange.Upsert first = Views.upsert(view, "1", "x", null);
        changes.add(first);
        changes.add(Views.upsert(view, "1", null, "y"));

        assertThat(first.values()).containsExactly("1", "x", null);
    }

    @Test
    void deletesARowThatWasInsertedAndThenDeleted() {
        changes.add(Views.upsert(view, "1", "x", "y"));
        changes.add(new RowChange.Delete(view, Views.key(view, "1")));

        assertThat(changes.upserts()).isEmpty();
        assertThat(changes.deletes()).containsExactly(Views.key(view, "1"));
    }

    @Test
    void deletesBeforeItWritesARowThatCameBack() {
        changes.add(new RowChange.Delete(view, Views.key(view, "1")));
        changes.add(Views.upsert(view, "1", "x", null));
        changes.add(Views.upsert(view, "1", "x2", null));

        assertThat(changes.deletes()).containsExactly(Views.key(view, "1"));
        assertThat(changes.upserts()).containsOnlyKeys(Views.columns(view, 1));
    }

    @Test
    void forgetsColumnsFromBeforeADeletion() {
        changes.add(Views.upsert(view, "1", "x", "y"));
        changes.add(new RowChange.Delete(view, Views.key(view, "1")));
        changes.add(Views.upsert(view, "1", null, "y2"));

        assertThat(changes.upserts()).containsOnlyKeys(Views.columns(view, 2));
        assertThat(changes.deletes()).containsExactly(Views.key(view, "1"));
    }

    @Test
    void takesByteStringsForKeysByTheirBytes() {
        changes.add(Views.upsert(view, new byte[] {1, 2}, "x", null));
        changes.add(Views.upsert(view, new byte[] {1, 2}, "x2", null));
        changes.add(Views.upsert(view, new byte[] {1, 3}, "x3", null));

        assertThat(changes.upserts().values())
                .singleElement()
                .satisfies(rows -> assertThat(rows).extracting(row -> row[1]).containsExactly("x2", "x3"));
    }

    @Test
    void writesTheRowLastThatWasWrittenLast() {
        changes.add(Views.upsert(view, "k", "1", null));
        changes.add(Views.upsert(view, "K", "2", null));
        changes.add(Views.upsert(view, "k", "3", null));

        assertThat(changes.upserts().values())
                .singleElement()
                .satisfies(rows -> assertThat(rows).extracting(row -> row[1]).containsExactly("2", "3"));
    }

    @Test
    void keepsTheRowsOfTheNewestArrayOnly() {
        groups.add(group("s", "a", "b"));
        groups.add(group("s", "b", "c"));

        assertThat(groups.replacedGroups())
                .isEqualTo(Map.of(groupKey("s"), Set.of(element("s", "b"), element("s", "c"))));
        assertThat(keys(groups)).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void resetsAnElementThatVanishedAndCameBack() {
        groups.add(group("s", "a", "b"));
        groups.add(group("s", "b"));
        groups.add(group("s", "a", "b"));

        assertThat(groups.deletes()).containsExactly(element("s", "a"));
        assertThat(keys(groups)).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void emptiesAGroup() {
        groups.add(group("s", "a"));
        groups.add(group("s"));

        assertThat(groups.replacedGroups()).isEqualTo(Map.of(groupKey("s"), Set.of()));
        assertThat(groups.upserts()).isEmpty();
    }

    @Test
    void keepsARowThatAnotherProjectionAddedToAReplacedGroup() {
        groups.add(group("s", "a"));
        groups.add(Views.upsert(grouped, "s", "z", "1"));

        assertThat(groups.replacedGroups())
                .isEqualTo(Map.of(groupKey("s"), Set.of(element("s", "a"), element("s", "z"))));
        assertThat(groups.deletes()).containsExactly(element("s", "z"));
    }

    @Test
    void removesARowThatAnotherProjectionAddedBeforeItsGroupWasReplaced() {
        groups.add(Views.upsert(grouped, "s", "z", "1"));
        groups.add(group("s", "a"));

        assertThat(groups.replacedGroups()).isEqualTo(Map.of(groupKey("s"), Set.of(element("s", "a"))));
        assertThat(keys(groups)).containsExactly("a");
    }

    private RowChange.ReplaceGroup group(String site, String... apps) {
        return new RowChange.ReplaceGroup(
                grouped,
                groupKey(site),
                Arrays.stream(apps)
                        .map(app -> Views.upsert(grouped, site, app, "v"))
                        .toList());
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
