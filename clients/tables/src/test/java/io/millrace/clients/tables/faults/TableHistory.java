package io.millrace.clients.tables.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The model: the states that each key had, in the order of its partition. Safe for use by many threads.
 *
 * <p>A state has a version, or none after a tombstone. After some events a key has its former version or none, depending on when a
 * table was loaded: a record that cannot be decoded keeps the former version, which compaction may have removed from the log; and
 * removed records are in the tables that have read them.
 */
final class TableHistory {
    private final Map<String, List<State>> states = new HashMap<>();
    private int generation;

    /**
     * A state of a key.
     *
     * @param place twice the offset, so that there are places between two records
     * @param version 0 if the key has none
     * @param keeps whether the key has no version, or that of the state before
     * @param knownMillis when the record was known to be committed
     */
    private record State(int generation, long place, long version, boolean keeps, long knownMillis) {
        boolean isBefore(State other) {
            return generation < other.generation || (generation == other.generation && place < other.place);
        }
    }

    private List<State> statesOf(String key) {
        return states.computeIfAbsent(key, name -> new ArrayList<>(List.of(new State(0, -2, 0, false, 0))));
    }

    private static boolean matches(List<State> all, int index, long version) {
        int at = index;
        while (all.get(at).keeps()) {
            if (version == 0) {
                return true;
            }
            at--;
        }
        return all.get(at).version() == version;
    }

    private void add(String key, State state) {
        List<State> all = statesOf(key);
        int at = all.size();
        // A transaction that was open for long has earlier offsets than others that were committed meanwhile.
        while (state.isBefore(all.get(at - 1))) {
            at--;
        }
        all.add(at, state);
    }

    /** Adds a committed record; the version is 0 for a tombstone. */
    synchronized void addRecord(String key, long offset, long version) {
        add(key, new State(generation, 2 * offset, version, false, System.currentTimeMillis()));
    }

    /** Adds a committed record that cannot be decoded. */
    synchronized void addUndecodable(String key, long offset) {
        keepOrDrop(key, 2 * offset);
    }

    /** Drops the records of a partition below an offset. */
    synchronized void removeBelow(int partition, long offset) {
        for (int i = 0; i < TableReader.keysOf(); i++) {
            String key = TableReader.key(partition, i);
            List<State> all = statesOf(key);
            if (all.get(all.size() - 1).place() < 2 * offset) {
                keepOrDrop(key, 2 * offset - 1);
            }
        }
    }

    private void keepOrDrop(String key, long place) {
        add(key, new State(generation, place, 0, true, System.currentTimeMillis()));
    }

    /** Empties all keys, because the topic was deleted and created again. */
    synchronized void recreate() {
        generation++;
        states.keySet().forEach(key -> add(key, new State(generation, -1, 0, false, System.currentTimeMillis())));
    }

    /**
     * Checks an answer, and returns the index of its state.
     *
     * @param version 0 if the answer was that the key has none
     * @param atLeast the index of the earliest state that it may have
     * @return empty if it is not one of these states
     */
    synchronized Optional<Integer> find(String key, long version, int atLeast) {
        List<State> all = statesOf(key);
        for (int i = atLeast; i < all.size(); i++) {
            if (matches(all, i, version)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /** The index of the first state of the present topic. */
    synchronized int startOfGeneration(String key) {
        List<State> all = statesOf(key);
        int at = all.size() - 1;
        while (at > 0 && all.get(at - 1).generation() == generation) {
            at--;
        }
        return at;
    }

    /** The index of the last state that was committed before a time. */
    synchronized int committedBefore(String key, long millis) {
        List<State> all = statesOf(key);
        int at = all.size() - 1;
        while (all.get(at).knownMillis() >= millis && at > 0) {
            at--;
        }
        return at;
    }

    /** The last state of a key in a few words. */
    synchronized String describeLast(String key) {
        List<State> all = statesOf(key);
        return all.subList(Math.max(0, all.size() - 3), all.size()).toString();
    }

    /** The keys that have, or have had, a version. */
    synchronized List<String> keys() {
        return List.copyOf(states.keySet());
    }

    /** The first key of this content that does not have its last state; empty if all have. */
    synchronized Optional<String> findDifference(Map<String, Long> content) {
        for (Map.Entry<String, List<State>> key : new TreeMap<>(states).entrySet()) {
            long version = content.getOrDefault(key.getKey(), 0L);
            List<State> all = key.getValue();
            if (!matches(all, all.size() - 1, version)) {
                return Optional.of(
                        key.getKey() + " is " + version + ", expected the last of " + describeLast(key.getKey()));
            }
        }
        return Optional.empty();
    }
}
