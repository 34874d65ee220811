package io.millrace.connectors.channel.history;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The events of a channel in the history, and its subscriptions. Guarded by the lock of its {@link ChannelHub}. */
final class Channel {
    private final String name;
    private final EntryQueue entries = new EntryQueue();
    private final Set<Subscription> subscriptions = new HashSet<>();
    /** Of the types of which only the newest is delivered to a subscriber that is behind. */
    private final Map<String, HistoryEntry> newestOfType = new HashMap<>(2);

    Channel(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Set<Subscription> subscriptions() {
        return subscriptions;
    }

    /** The newest event; null if the history has none. */
    @Nullable
    HistoryEntry last() {
        return entries.newest();
    }

    /** The oldest event; null if the history has none. */
    @Nullable
    HistoryEntry first() {
        return entries.oldest();
    }

    /** The ring that has the events; null if the history has none, and then the next event decides. */
    @Nullable
    PartitionRing ring() {
        HistoryEntry last = last();
        return last == null ? null : last.ring;
    }

    /** The first event behind an offset; null if there is none yet. */
    @Nullable
    HistoryEntry findAfter(long offset) {
        return entries.findFrom(offset + 1);
    }

    void add(HistoryEntry entry, boolean conflated) {
        HistoryEntry last = last();
        if (last != null) {
            last.next = entry;
        }
        entries.add(entry);
        if (conflated) {
            newestOfType.put(entry.type, entry);
        }
    }

    /** Takes the oldest event out. */
    void removeFirst() {
        HistoryEntry entry = entries.removeOldest();
        newestOfType.remove(entry.type, entry);
    }

    /** Whether a newer event of the same type takes the place of this one for a subscriber that is behind. */
    boolean isReplaced(HistoryEntry entry) {
        HistoryEntry newest = newestOfType.get(entry.type);
        return newest != null && newest != entry;
    }

    boolean isUnused() {
        return entries.isEmpty() && subscriptions.isEmpty();
    }
}
