package io.millrace.clients.spooling;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Records in the order of their calls, from which any can be removed at once. Not safe for use by many threads. */
final class RecordChain {
    private final Function<PendingRecord, Links> place;
    private @Nullable PendingRecord first;
    private @Nullable PendingRecord last;

    /** The neighbours of a record in a chain. */
    static final class Links {
        private @Nullable PendingRecord previous;
        private @Nullable PendingRecord next;
    }

    /** An empty chain, of those links. */
    RecordChain(Function<PendingRecord, Links> place) {
        this.place = place;
    }

    @Nullable
    PendingRecord first() {
        return first;
    }

    /** The record behind this one. */
    @Nullable
    PendingRecord after(PendingRecord record) {
        return place.apply(record).next;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Adds a record at its place, which is near the end. */
    void add(PendingRecord record) {
        PendingRecord before = last;
        while (before != null && before.order > record.order) {
            before = place.apply(before).previous;
        }
        PendingRecord after = before == null ? first : place.apply(before).next;
        Links own = place.apply(record);
        own.previous = before;
        own.next = after;
        if (before == null) {
            first = record;
        } else {
            place.apply(before).next = record;
        }
        if (after == null) {
            last = record;
        } else {
            place.apply(after).previous = record;
        }
    }

    void remove(PendingRecord record) {
        Links own = place.apply(record);
        PendingRecord before = own.previous;
        PendingRecord after = own.next;
        if (before == null) {
            first = after;
        } else {
            place.apply(before).next = after;
        }
        if (after == null) {
            last = before;
        } else {
            place.apply(after).previous = before;
        }
        own.previous = null;
        own.next = null;
    }
}
