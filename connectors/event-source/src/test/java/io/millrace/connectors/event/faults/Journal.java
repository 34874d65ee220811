package io.millrace.connectors.event.faults;

import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.campaigns.Discrepancy.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The model: the events that the committed transactions must become. It knows nothing of the source. The traffic writes it, and
 * it is compared while the traffic pauses.
 *
 * <p>A snapshot adds an event of each row that it finds. Such an event may come more than once and at any place among the others,
 * as docs/rules.md states; its content must be a state that the row has had.
 */
final class Journal {
    /** The events that are not compared yet, by their places, each place in its order. */
    private final Map<String, List<ShopEvent>> expected = new LinkedHashMap<>();

    /** The identities of events that were compared. */
    private final Set<String> compared = new HashSet<>();

    /** The contents of rows for snapshots, by their states. */
    private final Map<String, String> states = new HashMap<>();

    /** What each id belongs to. */
    private final Map<String, String> ids = new HashMap<>();

    /** States of rows that a snapshot that was asked for must find, unless the row changes. */
    private final Set<String> requested = new LinkedHashSet<>();

    private long committed;

    /** A transaction was committed. */
    synchronized void addTransaction(ShopTransaction transaction) {
        transaction.states().forEach(state -> states.put(state.state(), state.type() + state.content()));
        transaction.events().forEach(this::addEvent);
    }

    /** A change was made outside of a transaction. */
    synchronized void addEvent(ShopEvent event) {
        expected.computeIfAbsent(event.place(), place -> new ArrayList<>()).add(event);
        committed++;
    }

    /** No source has read the events so far, and none will. */
    synchronized void forgetEvents() {
        expected.clear();
    }

    /** A snapshot begins, which finds rows in these states unless they change. */
    synchronized void requestSnapshot(List<ShopEvent> found) {
        found.forEach(state -> requested.add(state.state()));
    }

    /** How many events there are. */
    synchronized long committed() {
        return committed;
    }

    /**
     * A state of a row that a snapshot had to find and did not; empty if there is none.
     *
     * @param found the states that snapshots have found and were not compared yet
     * @param now the states in which rows are
     */
    synchronized Optional<String> findUnread(Set<String> found, Set<String> now) {
        return requested.stream()
                .filter(state -> now.contains(state) && !found.contains(state))
                .findFirst();
    }

    /**
     * Compares the events that were not compared yet.
     *
     * @param now the states in which rows are
     */
    synchronized List<Discrepancy> compare(List<SeenEvent> seen, Set<String> now) {
        List<Discrepancy> problems = new ArrayList<>();
        Map<String, List<SeenEvent>> changes = new LinkedHashMap<>();
        Set<String> found = new HashSet<>();
        for (SeenEvent event : seen) {
            checkId(event, problems);
            if (!event.flaw().isEmpty()) {
                problems.add(new Discrepancy(Kind.WRONG, event.event().identity() + ": " + event.flaw()));
            }
            if (event.snapshot()) {
                found.add(event.event().state());
                checkState(event.event(), problems);
            } else {
                changes.computeIfAbsent(event.event().place(), place -> new ArrayList<>())
                        .add(event);
            }
        }
        findUnread(found, now)
                .ifPresent(state -> problems.add(new Discrepancy(Kind.LOST, "no snapshot has found " + state)));
        requested.clear();
        Set<String> places = new LinkedHashSet<>(expected.keySet());
        places.addAll(changes.keySet());
        for (String place : places) {
            comparePlace(expected.getOrDefault(place, List.of()), changes.getOrDefault(place, List.of()), problems);
        }
        expected.values().forEach(events -> events.forEach(event -> compared.add(event.identity())));
        expected.clear();
        return problems;
    }

    private void checkId(SeenEvent event, List<Discrepancy> problems) {
        // A snapshot that is read again repeats its ids.
        String owner = event.snapshot() ? event.event().state() : event.event().identity();
        String other = ids.putIfAbsent(event.id(), owner);
        if (other != null && !(event.snapshot() && other.equals(owner))) {
            problems.add(new Discrepancy(
                    Kind.DUPLICATED,
                    "the id " + event.id() + " of " + event.event().identity() + " is also that of " + other));
        }
    }

    private void checkState(ShopEvent found, List<Discrepancy> problems) {
        String content = states.get(found.state());
        if (content == null) {
            problems.add(new Discrepancy(Kind.WRONG, "a snapshot has found " + found.state() + ", which never was"));
        } else if (!content.equals(found.type() + found.content())) {
            problems.add(new Discrepancy(
                    Kind.WRONG,
                    "a snapshot has found " + found.state() + " as " + found.type() + found.content() + " and not as "
                            + content));
        }
    }

    private void comparePlace(List<ShopEvent> should, List<SeenEvent> seen, List<Discrepancy> problems) {
        Map<String, List<ShopEvent>> missing = new LinkedHashMap<>();
        should.forEach(event -> missing.computeIfAbsent(event.identity(), identity -> new ArrayList<>())
                .add(event));
        Set<String> known = Set.copyOf(missing.keySet());
        List<String> order = new ArrayList<>();
        for (SeenEvent one : seen) {
            ShopEvent event = one.event();
            List<ShopEvent> candidates = missing.getOrDefault(event.identity(), List.of());
            if (candidates.isEmpty()) {
                problems.add(
                        known.contains(event.identity()) || compared.contains(event.identity())
                                ? new Discrepancy(Kind.DUPLICATED, event.identity() + " with the id " + one.id())
                                : new Discrepancy(
                                        Kind.WRONG, "no change becomes " + event.identity() + " " + event.content()));
                continue;
            }
            ShopEvent match = candidates.remove(0);
            order.add(match.identity());
            if (!match.content().equals(event.content())) {
                problems.add(new Discrepancy(
                        Kind.WRONG,
                        event.identity() + ": is " + event.content() + " and should be " + match.content()));
            }
        }
        missing.values()
                .forEach(events -> events.forEach(
                        event -> problems.add(new Discrepancy(Kind.LOST, event.identity() + " " + event.content()))));
        checkOrder(should.stream().map(ShopEvent::identity).toList(), order, problems);
    }

    /** What is there must be in the order of the changes. */
    private static void checkOrder(List<String> should, List<String> is, List<Discrepancy> problems) {
        List<String> left = new ArrayList<>(is);
        List<String> inOrder = new ArrayList<>();
        for (String identity : should) {
            if (left.remove(identity)) {
                inOrder.add(identity);
            }
        }
        if (!inOrder.equals(is)) {
            problems.add(new Discrepancy(Kind.OUT_OF_ORDER, "is " + is + " and should be " + inOrder));
        }
    }
}
