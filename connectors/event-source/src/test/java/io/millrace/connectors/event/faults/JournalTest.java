package io.millrace.connectors.event.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.campaigns.Discrepancy.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JournalTest {
    private final Journal journal = new Journal();

    private static ShopEvent event(String key, String type, int revision, String body) {
        return new ShopEvent("orders", key, type, String.valueOf(revision), Map.of("requestId", "r"), body);
    }

    private static SeenEvent seen(ShopEvent event, String id) {
        return new SeenEvent(event, id, false, "");
    }

    private static SeenEvent found(ShopEvent event, String id) {
        return new SeenEvent(event, id, true, "");
    }

    private List<Kind> compare(SeenEvent... seen) {
        return journal.compare(List.of(seen), Set.of()).stream()
                .map(Discrepancy::kind)
                .toList();
    }

    private void commit(ShopEvent... events) {
        List.of(events).forEach(journal::addEvent);
    }

    @Test
    void findsNothingIfEveryEventIsThereInTheOrderOfItsKey() {
        ShopEvent one = event("1", "Placed", 1, "a");
        ShopEvent other = event("2", "Placed", 2, "b");
        ShopEvent last = event("1", "Paid", 3, "c");
        commit(one, other, last);

        assertThat(compare(seen(other, "b"), seen(one, "a"), seen(last, "c"))).isEmpty();
        assertThat(compare()).isEmpty();
    }

    @Test
    void findsEachKindOfDiscrepancy() {
        ShopEvent one = event("1", "Placed", 1, "a");
        ShopEvent two = event("1", "Paid", 2, "b");

        commit(one, two);
        assertThat(compare(seen(one, "a"))).containsExactly(Kind.LOST);
        assertThat(compare(seen(one, "b"))).containsExactly(Kind.DUPLICATED);
        commit(event("1", "Placed", 3, "a"));
        assertThat(compare(seen(event("1", "Placed", 3, "z"), "c"))).containsExactly(Kind.WRONG);
        assertThat(compare(seen(event("1", "Paid", 9, "z"), "d"))).containsExactly(Kind.WRONG);
        commit(event("1", "Placed", 4, "a"), event("1", "Paid", 5, "b"));
        assertThat(compare(seen(event("1", "Paid", 5, "b"), "e"), seen(event("1", "Placed", 4, "a"), "f")))
                .containsExactly(Kind.OUT_OF_ORDER);
    }

    @Test
    void findsAnIdThatTwoEventsShare() {
        ShopEvent one = event("1", "Placed", 1, "a");
        ShopEvent two = event("2", "Placed", 2, "b");
        commit(one, two);

        assertThat(compare(seen(one, "same"), seen(two, "same"))).containsExactly(Kind.DUPLICATED);
    }

    @Test
    void findsAContextOfAnotherStatement() {
        commit(event("1", "Placed", 1, "a"));

        assertThat(compare(seen(new ShopEvent("orders", "1", "Placed", "1", Map.of(), "a"), "a")))
                .containsExactly(Kind.WRONG);
    }

    @Test
    void acceptsAStateOfARowFromASnapshotAgainAndAtAnyPlace() throws Exception {
        ShopEvent state = event("1", "Seen", 1, "a");
        ShopTransaction transaction = new ShopTransaction(null, null, null, null);
        transaction.addState(state);
        journal.addTransaction(transaction);

        assertThat(compare(found(state, "s1"), found(state, "s1"), found(state, "s2")))
                .isEmpty();
        assertThat(compare(found(event("1", "Seen", 1, "z"), "s3"))).containsExactly(Kind.WRONG);
        assertThat(compare(found(event("1", "Seen", 2, "a"), "s4"))).containsExactly(Kind.WRONG);
    }

    @Test
    void findsARowThatARequestedSnapshotHasLeftOut() {
        ShopEvent row = event("1", "Seen", 1, "a");
        ShopEvent changed = event("2", "Seen", 2, "a");
        journal.requestSnapshot(List.of(row, changed));

        assertThat(journal.findUnread(Set.of(), Set.of(row.state()))).contains(row.state());
        assertThat(journal.findUnread(Set.of(row.state()), Set.of(row.state()))).isEmpty();
        assertThat(journal.compare(List.of(), Set.of(row.state())))
                .extracting(Discrepancy::kind)
                .containsExactly(Kind.LOST);
    }
}
