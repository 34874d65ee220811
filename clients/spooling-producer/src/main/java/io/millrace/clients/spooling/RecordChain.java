package io.millrace.clients.spooling;

import org.jspecify.annotations.Nullable;

/** Records in the order of their calls, from which any can be removed at once. Not safe for use by many threads. */
final class RecordChain {
    private @Nullable PendingRecord first;
    private @Nullable PendingRecord last;

    @Nullable
    PendingRecord first() {
        return first;
    }

    /** Adds a record at its place, which is near the end. */
    void add(PendingRecord record) {
        PendingRecord before = last;
        while (before != null && before.order > record.order) {
            before = before.previous;
        }
        PendingRecord after = before == null ? first : before.next;
        record.previous = before;
        record.next = after;
        if (before == null) {
            first = record;
        } else {
            before.next = record;
        }
        if (after == null) {
            last = record;
        } else {
            after.previous = record;
        }
    }

    void remove(PendingRecord record) {
        PendingRecord before = record.previous;
        PendingRecord after = record.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        record.previous = null;
        record.next = null;
    }
}
