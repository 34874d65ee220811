package io.millrace.tables;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of entries with open addressing and linear probing. One thread writes; any number of threads read without a
 * lock. A reader finds the entry that was the key's when it began, or a later one.
 *
 * <p>Each slot has a tag of seven bits of the key's hash, so that a probe rarely looks into the entry of another key. The tag
 * of a slot that was never used is 0 and ends a search. A removed entry is replaced by a marker. An array that is too full is
 * replaced by a copy.
 *
 * <p>An entry of n bytes takes 16 + n bytes, rounded up to 8, and 5 bytes for each slot, of which 64 to 90 % are used.
 */
final class EntryStore {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle TAGS = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final VarHandle ENTRIES = MethodHandles.arrayElementVarHandle(byte[][].class);
    private static final VarHandle SIZE = fieldOf("size", int.class);
    private static final VarHandle ENTRY_BYTES = fieldOf("entryBytes", long.class);

    /** In place of an entry that was removed. */
    private static final byte[] REMOVED = {};

    private static final int MIN_SLOTS = 16;
    private static final double FULL = 0.9;
    private static final double FULL_AFTER_GROWTH = 0.64;
    private static final int MAX_SLOTS = Integer.MAX_VALUE - 8;
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
    private static final int ARRAY_HEADER = 16;
    private static final int ALIGNMENT = 8;
    private static final int SLOT_BYTES = 5;

    /** So that keys that collide cannot be computed. */
    private final long seed = ThreadLocalRandom.current().nextLong();

    private volatile Slots slots = new Slots(MIN_SLOTS);
    /** Written in release mode: a volatile write would wait for the memory of the slots before it. */
    private int size;

    private long entryBytes;
    /** What {@link #prefetch} read, so that the compiler does not leave the reads out. */
    @SuppressWarnings("UnusedVariable")
    private int prefetched;

    /** The slots of one generation of the table. */
    private static final class Slots {
        private final byte[] tags;
        private final byte[][] entries;
        /** Slots with an entry or a marker. */
        private int used;

        Slots(int count) {
            tags = new byte[count];
            entries = new byte[count][];
        }

        int first(long hash) {
            return (int) (((hash >>> 32) * tags.length) >>> 32);
        }

        int next(int slot) {
            return slot + 1 == tags.length ? 0 : slot + 1;
        }

        boolean isFull() {
            return used >= tags.length * FULL;
        }
    }

    private static VarHandle fieldOf(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(EntryStore.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The number of entries. */
    int size() {
        return (int) SIZE.getAcquire(this);
    }

    /** The bytes that entries and slots occupy in the heap. */
    long bytes() {
        return (long) ENTRY_BYTES.getAcquire(this) + (long) slots.tags.length * SLOT_BYTES;
    }

    /**
     * Reads the memory that {@link #put} and {@link #remove} will read for the keys of these entries. The reads of one key do not
     * wait for those of another, so that all of them take little longer than one. For the writing thread.
     */
    void prefetch(byte[][] entries, int count) {
        Slots table = slots;
        int read = 0;
        for (int i = 0; i < count; i++) {
            int slot = table.first(hash(entries[i], Entry.keyAt(entries[i]), Entry.valueAt(entries[i])));
            byte[] present = table.entries[slot];
            read += table.tags[slot] + (present == null ? 0 : present.length);
        }
        prefetched = read;
    }

    /** The entry of a key, or null. */
    byte @Nullable [] find(byte[] key, int from, int to) {
        long hash = hash(key, from, to);
        byte tag = tag(hash);
        Slots table = slots;
        int slot = table.first(hash);
        while (true) {
            byte found = (byte) TAGS.getAcquire(table.tags, slot);
            if (found == tag) {
                byte[] entry = (byte[]) ENTRIES.getAcquire(table.entries, slot);
                if (entry != REMOVED && Entry.hasKey(entry, key, from, to)) {
                    return entry;
                }
            } else if (found == 0) {
                return null;
            }
            slot = table.next(slot);
        }
    }

    /**
     * Adds an entry, or replaces that of its key. For the writing thread.
     *
     * @return the replaced entry, or null
     */
    byte @Nullable [] put(byte[] entry) {
        int from = Entry.keyAt(entry);
        int to = Entry.valueAt(entry);
        long hash = hash(entry, from, to);
        if (slots.isFull()) {
            grow();
        }
        Slots table = slots;
        byte tag = tag(hash);
        int free = -1;
        int slot = table.first(hash);
        while (table.tags[slot] != 0) {
            byte[] present = table.entries[slot];
            if (present == REMOVED) {
                free = free < 0 ? slot : free;
            } else if (table.tags[slot] == tag && Entry.hasKey(present, entry, from, to)) {
                ENTRIES.setRelease(table.entries, slot, entry);
                addBytes(heapBytes(entry) - heapBytes(present));
                return present;
            }
            slot = table.next(slot);
        }
        if (free < 0) {
            free = slot;
            table.used++;
        }
        // In this order: a reader that sees the tag sees the entry.
        ENTRIES.setRelease(table.entries, free, entry);
        TAGS.setRelease(table.tags, free, tag);
        addBytes(heapBytes(entry));
        addSize(1);
        return null;
    }

    /**
     * Removes the entry of a key. For the writing thread.
     *
     * @return the removed entry, or null
     */
    byte @Nullable [] remove(byte[] key, int from, int to) {
        long hash = hash(key, from, to);
        byte tag = tag(hash);
        Slots table = slots;
        int slot = table.first(hash);
        while (table.tags[slot] != 0) {
            byte[] present = table.entries[slot];
            if (table.tags[slot] == tag && present != REMOVED && Entry.hasKey(present, key, from, to)) {
                ENTRIES.setRelease(table.entries, slot, REMOVED);
                addBytes(-heapBytes(present));
                addSize(-1);
                return present;
            }
            slot = table.next(slot);
        }
        return null;
    }

    /** Passes all entries on, in no order; those that are written meanwhile may be among them or not. */
    void forEach(Consumer<byte[]> action) {
        Slots table = slots;
        for (int slot = 0; slot < table.entries.length; slot++) {
            byte[] entry = (byte[]) ENTRIES.getAcquire(table.entries, slot);
            if (entry != null && entry != REMOVED) {
                action.accept(entry);
            }
        }
    }

    private void grow() {
        Slots full = slots;
        long count = Math.max(MIN_SLOTS, (long) Math.ceil((size + 1) / FULL_AFTER_GROWTH));
        if (size + 1L > MAX_SLOTS * FULL) {
            throw new IllegalStateException("A table has at most " + (long) (MAX_SLOTS * FULL) + " entries");
        }
        Slots table = new Slots((int) Math.min(MAX_SLOTS, count));
        for (byte[] entry : full.entries) {
            if (entry != null && entry != REMOVED) {
                long hash = hash(entry, Entry.keyAt(entry), Entry.valueAt(entry));
                int slot = table.first(hash);
                while (table.tags[slot] != 0) {
                    slot = table.next(slot);
                }
                table.tags[slot] = tag(hash);
                table.entries[slot] = entry;
                table.used++;
            }
        }
        slots = table;
    }

    private void addBytes(long bytes) {
        ENTRY_BYTES.setRelease(this, entryBytes + bytes);
    }

    private void addSize(int entries) {
        SIZE.setRelease(this, size + entries);
    }

    private static long heapBytes(byte[] entry) {
        return (ARRAY_HEADER + entry.length + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
    }

    private static byte tag(long hash) {
        return (byte) (hash | 0x80);
    }

    private long hash(byte[] key, int from, int to) {
        long hash = seed ^ (to - from);
        int at = from;
        for (; to - at >= Long.BYTES; at += Long.BYTES) {
            hash = mix(hash ^ (long) LONGS.get(key, at));
        }
        long rest = 0;
        for (; at < to; at++) {
            rest = (rest << Byte.SIZE) | (key[at] & 0xFF);
        }
        return mix(hash ^ rest);
    }

    private static long mix(long value) {
        long low = value * MULTIPLIER;
        return low ^ Math.multiplyHigh(value, MULTIPLIER);
    }
}
