package io.millrace.connectors.channel.history;

import org.jspecify.annotations.Nullable;

/** Entries in the order of their offsets: newest ones are added, oldest ones are removed. Guarded by the lock of its {@link ChannelHub}. */
final class EntryQueue {
    private static final int FIRST_CAPACITY = 4;
    /** Of all empty queues. */
    private static final HistoryEntry[] NONE = new HistoryEntry[0];

    /** A ring, whose length is a power of two, or none. */
    private HistoryEntry[] places = NONE;

    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** The entry with the lowest offset; null if there is none. */
    @Nullable
    HistoryEntry oldest() {
        return size == 0 ? null : get(0);
    }

    /** The entry with the highest offset; null if there is none. */
    @Nullable
    HistoryEntry newest() {
        return size == 0 ? null : get(size - 1);
    }

    private HistoryEntry get(int index) {
        return places[(head + index) & (places.length - 1)];
    }

    /** Adds an entry whose offset is not lower than the others. */
    void add(HistoryEntry entry) {
        if (size == places.length) {
            grow();
        }
        places[(head + size) & (places.length - 1)] = entry;
        size++;
    }

    private void grow() {
        HistoryEntry[] larger = new HistoryEntry[Math.max(FIRST_CAPACITY, places.length * 2)];
        for (int i = 0; i < size; i++) {
            larger[i] = get(i);
        }
        places = larger;
        head = 0;
    }

    /** Removes the entry with the lowest offset. The queue must not be empty. */
    @SuppressWarnings("NullAway") // A place behind the newest entry is never read.
    HistoryEntry removeOldest() {
        HistoryEntry entry = get(0);
        places[head] = null;
        head = (head + 1) & (places.length - 1);
        size--;
        if (size == 0) {
            places = NONE;
            head = 0;
        }
        return entry;
    }

    /** The first entry at an offset or behind it, by binary search; null if there is none. */
    @Nullable
    HistoryEntry findFrom(long offset) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (get(middle).offset < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == size ? null : get(low);
    }
}
