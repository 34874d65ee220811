package io.millrace.connectors.channel.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The events of a channel in the history, and its subscriptions. Guarded by the lock of its {@link ChannelHub}. */
final class Channel {
    private final String name;
    private final EntryQueue entries = new EntryQueue();
    /** In no order. Each has its index, so that one of many is removed at once. */
    private final ArrayList<Subscription> subscriptions = new ArrayList<>(0);
    /** Of the types of which only the newest is delivered to a subscriber that is behind; a map of its own once there is one. */
    private Map<String, HistoryEntry> newestOfType = Map.of();

    Channel(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** The subscriptions, as long as none is added or removed. */
    List<Subscription> subscriptions() {
        return Collections.unmodifiableList(subscriptions);
    }

    void add(Subscription subscription) {
        subscription.index = subscriptions.size();
        subscriptions.add(subscription);
    }

    /** Removes a subscription, and returns whether it was there. */
    boolean remove(Subscription subscription) {
        int index = subscription.index;
        if (index < 0) {
            return false;
        }
        Subscription last = subscriptions.remove(subscriptions.size() - 1);
        if (last != subscription) {
            subscriptions.set(index, last);
            last.index = index;
        }
        subscription.index = -1;
        return true;
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
            if (newestOfType.isEmpty()) {
                newestOfType = new HashMap<>(2);
            }
            newestOfType.put(entry.type, entry);
        }
    }

    /** Takes the oldest event out. */
    void removeFirst() {
        HistoryEntry entry = entries.removeOldest();
        if (!newestOfType.isEmpty() && newestOfType.remove(entry.type, entry) && newestOfType.isEmpty()) {
            newestOfType = Map.of();
        }
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
