package io.millrace.timers;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Pending timers, each with an id and a state of bytes, in the order in which they are due. Timers that are due at the same time
 * have the order in which they were put. For one thread.
 *
 * <p>The timers are a binary heap in arrays of primitives, and a hash table with open addressing finds the place of an id in the
 * heap. A put, a removal and a poll take a time that grows with the logarithm of the number of timers; now and then one of them
 * copies the arrays, which grow by half, and shrink by half if less than a quarter is used.
 *
 * <p>A timer takes {@value #SLOT_BYTES} bytes for its place, and one array for id and state: 16 bytes, 1 to 5 for the length of the
 * id, id and state, rounded up to 8, with compressed pointers. Of the places, two thirds or more are used while the queue only
 * grows. A timer that does not fit into the queue's budget of bytes is refused. While arrays are copied, the former ones take
 * space too, which the budget does not contain.
 */
public final class TimerQueue {
    /** Of due, sequence, hash, entry and table index, and of two places of the table. */
    static final int SLOT_BYTES = 8 + 4 + 4 + 4 + 4 + 2 * 4;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private static final int MIN_CAPACITY = 16;
    private static final int MAX_CAPACITY = (1 << 30) - 2;
    /**
     * If the budget does not permit arrays that are larger by half, they grow by what it permits, but at least by this part;
     * otherwise copies would be too frequent.
     */
    private static final int LEAST_GROWTH = 16;

    private static final int NONE = -1;

    /** So that ids that collide cannot be computed. */
    private final long seed = ThreadLocalRandom.current().nextLong();

    private final long maxBytes;
    private final LongSupplier otherBytes;

    // The heap: of each place, up to the size. No timer is before the one at (place - 1) / 2.
    private long[] due = new long[MIN_CAPACITY];
    /** The order in which they were put. */
    private int[] sequence = new int[MIN_CAPACITY];

    private int[] hash = new int[MIN_CAPACITY];
    private byte[][] entry = new byte[MIN_CAPACITY][];
    /** Where the table has the place. */
    private int[] tableIndex = new int[MIN_CAPACITY];

    /** Places in the heap by hash, or {@link #NONE}, with linear probing. */
    private int[] table = newTable(MIN_CAPACITY);

    private int size;
    private int nextSequence;
    private long entryBytes;

    /**
     * An empty queue.
     *
     * @param maxBytes the budget: bytes of the heap
     * @throws IllegalArgumentException if this is less than an empty queue takes
     */
    public TimerQueue(long maxBytes) {
        this(maxBytes, () -> 0);
    }

    /**
     * An empty queue that shares its budget.
     *
     * @param maxBytes the budget: bytes of the heap
     * @param otherBytes the bytes of this budget that something else takes at present, for example {@link PastDueQueue#bytes}
     * @throws IllegalArgumentException if the budget is less than an empty queue takes
     */
    public TimerQueue(long maxBytes, LongSupplier otherBytes) {
        this(maxBytes, otherBytes, Integer.MIN_VALUE);
    }

    /** The same, for tests of the end of the numbers. */
    TimerQueue(long maxBytes, LongSupplier otherBytes, int firstSequence) {
        this.nextSequence = firstSequence;
        if (maxBytes < bytes()) {
            throw new IllegalArgumentException(
                    "Expected a budget of at least " + bytes() + " bytes, found " + maxBytes);
        }
        this.maxBytes = maxBytes;
        this.otherBytes = otherBytes;
    }

    /** The number of timers. */
    public int size() {
        return size;
    }

    /** The bytes that the timers occupy in the heap. */
    public long bytes() {
        return entryBytes + (long) due.length * SLOT_BYTES;
    }

    /** When the next timer is due, in milliseconds since 1970; empty if there is none. */
    public OptionalLong nextDue() {
        return size == 0 ? OptionalLong.empty() : OptionalLong.of(due[0]);
    }

    /**
     * Adds a timer, or replaces that of the id. A replaced timer is ordered as if it had been removed before.
     *
     * @param id the bytes that name the timer
     * @param dueAt milliseconds since 1970
     * @param state what is returned with the timer
     * @return whether a timer was replaced
     * @throws TimerQueueFullException if the timer does not fit into the budget; the queue is as before
     */
    public boolean put(byte[] id, long dueAt, byte[] state) {
        return store(id, dueAt, state, Math.max(0, maxBytes - otherBytes.getAsLong()));
    }

    /**
     * As {@link #put}, but never refused: for the next occurrence of a schedule that was accepted. It may need some bytes more than
     * the one that was polled.
     */
    public boolean putBack(byte[] id, long dueAt, byte[] state) {
        return store(id, dueAt, state, Long.MAX_VALUE);
    }

    private boolean store(byte[] id, long dueAt, byte[] state, long budget) {
        int idHash = hashOf(id);
        int place = findPlace(id, idHash);
        boolean replaced = place != NONE;
        long former = replaced ? TimerEntry.heapBytes(entry[place]) : 0;
        long added = TimerEntry.heapBytes(id, state) - former;
        requireRoom(added, !replaced, budget);
        if (nextSequence == Integer.MAX_VALUE) {
            renumber();
        }
        if (!replaced) {
            place = size++;
            hash[place] = idHash;
            addToTable(place);
        }
        entry[place] = TimerEntry.of(id, state);
        due[place] = dueAt;
        sequence[place] = nextSequence++;
        entryBytes += added;
        restoreOrder(place);
        return replaced;
    }

    /**
     * Removes a timer.
     *
     * @return whether there was one of the id
     */
    public boolean remove(byte[] id) {
        int place = findPlace(id, hashOf(id));
        if (place == NONE) {
            return false;
        }
        removeAt(place);
        return true;
    }

    /** The timer of an id, which stays in the queue; null if there is none. */
    public @Nullable Timer find(byte[] id) {
        int place = findPlace(id, hashOf(id));
        return place == NONE ? null : timerAt(place);
    }

    /**
     * Removes the next timer, if it is due.
     *
     * @param now milliseconds since 1970
     * @return the timer, or null if none is due
     */
    public @Nullable Timer poll(long now) {
        if (size == 0 || due[0] > now) {
            return null;
        }
        Timer first = timerAt(0);
        removeAt(0);
        return first;
    }

    private Timer timerAt(int place) {
        return new Timer(TimerEntry.id(entry[place]), due[place], TimerEntry.state(entry[place]));
    }

    private void requireRoom(long added, boolean forPlace, long budget) {
        int capacity = due.length;
        if (forPlace && size == capacity) {
            long affordable = (budget - entryBytes - added) / SLOT_BYTES;
            capacity = (int) Math.min(Math.min(MAX_CAPACITY, capacity + capacity / 2L), affordable);
            if (capacity < size + size / LEAST_GROWTH) {
                throw full(added, budget);
            }
        }
        if (added > 0 && entryBytes + added + (long) capacity * SLOT_BYTES > budget) {
            throw full(added, budget);
        }
        if (capacity != due.length) {
            resize(capacity);
        }
    }

    private TimerQueueFullException full(long added, long budget) {
        return new TimerQueueFullException("A timer that adds " + added + " bytes does not fit: " + size
                + " timers take " + bytes() + " of " + budget + " bytes");
    }

    private void resize(int capacity) {
        due = Arrays.copyOf(due, capacity);
        sequence = Arrays.copyOf(sequence, capacity);
        hash = Arrays.copyOf(hash, capacity);
        entry = Arrays.copyOf(entry, capacity);
        tableIndex = Arrays.copyOf(tableIndex, capacity);
        table = newTable(capacity);
        for (int place = 0; place < size; place++) {
            addToTable(place);
        }
    }

    /** Gives the timers the smallest numbers in their order, after four billion were put. */
    private void renumber() {
        long[] places = new long[size];
        for (int place = 0; place < size; place++) {
            places[place] = ((long) sequence[place] << Integer.SIZE) | place;
        }
        Arrays.sort(places);
        nextSequence = Integer.MIN_VALUE;
        for (long numbered : places) {
            sequence[(int) numbered] = nextSequence++;
        }
    }

    private void removeAt(int place) {
        entryBytes -= TimerEntry.heapBytes(entry[place]);
        removeFromTable(tableIndex[place]);
        int last = --size;
        if (place != last) {
            movePlace(last, place);
            restoreOrder(place);
        }
        entry[last] = null;
        if (due.length > MIN_CAPACITY && size < due.length / 4) {
            resize(Math.max(MIN_CAPACITY, due.length / 2));
        }
    }

    // The heap.

    /** Moves the timer of a place up or down until no timer is before the one above it. */
    private void restoreOrder(int place) {
        long dueAt = due[place];
        int number = sequence[place];
        int idHash = hash[place];
        byte[] bytes = entry[place];
        int index = tableIndex[place];
        int free = siftDown(siftUp(place, dueAt, number), dueAt, number);
        due[free] = dueAt;
        sequence[free] = number;
        hash[free] = idHash;
        entry[free] = bytes;
        tableIndex[free] = index;
        table[index] = free;
    }

    /** Frees a place, moves down what is after a timer, and returns the place that is free then. */
    private int siftUp(int place, long dueAt, int number) {
        int free = place;
        while (free > 0) {
            int above = (free - 1) >>> 1;
            if (isBefore(due[above], sequence[above], dueAt, number)) {
                return free;
            }
            movePlace(above, free);
            free = above;
        }
        return free;
    }

    /** Frees a place, moves up what is before a timer, and returns the place that is free then. */
    private int siftDown(int place, long dueAt, int number) {
        int free = place;
        // Places of the first half have one or two below them.
        while (free < size >>> 1) {
            int below = 2 * free + 1;
            int right = below + 1;
            if (right < size && isBefore(due[right], sequence[right], due[below], sequence[below])) {
                below = right;
            }
            if (!isBefore(due[below], sequence[below], dueAt, number)) {
                return free;
            }
            movePlace(below, free);
            free = below;
        }
        return free;
    }

    private static boolean isBefore(long due, int sequence, long otherDue, int otherSequence) {
        return due < otherDue || (due == otherDue && sequence < otherSequence);
    }

    private void movePlace(int from, int to) {
        due[to] = due[from];
        sequence[to] = sequence[from];
        hash[to] = hash[from];
        entry[to] = entry[from];
        tableIndex[to] = tableIndex[from];
        table[tableIndex[to]] = to;
    }

    // The hash table.

    private static int[] newTable(int capacity) {
        int[] table = new int[2 * capacity];
        Arrays.fill(table, NONE);
        return table;
    }

    private int findPlace(byte[] id, int idHash) {
        for (int index = homeOf(idHash); table[index] != NONE; index = following(index)) {
            int place = table[index];
            if (hash[place] == idHash && TimerEntry.hasId(entry[place], id)) {
                return place;
            }
        }
        return NONE;
    }

    private void addToTable(int place) {
        int index = homeOf(hash[place]);
        while (table[index] != NONE) {
            index = following(index);
        }
        table[index] = place;
        tableIndex[place] = index;
    }

    /** Frees an index; moves back those behind it that a search would not find otherwise. */
    private void removeFromTable(int removed) {
        int free = removed;
        for (int index = following(free); table[index] != NONE; index = following(index)) {
            int place = table[index];
            if (distance(homeOf(hash[place]), index) >= distance(free, index)) {
                table[free] = place;
                tableIndex[place] = free;
                free = index;
            }
        }
        table[free] = NONE;
    }

    private int homeOf(int idHash) {
        return (int) ((Integer.toUnsignedLong(idHash) * table.length) >>> Integer.SIZE);
    }

    private int following(int index) {
        return index + 1 == table.length ? 0 : index + 1;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + table.length;
    }

    private int hashOf(byte[] id) {
        long value = seed ^ id.length;
        int at = 0;
        for (; id.length - at >= Long.BYTES; at += Long.BYTES) {
            value = mix(value ^ (long) LONGS.get(id, at));
        }
        long rest = 0;
        for (; at < id.length; at++) {
            rest = (rest << Byte.SIZE) | (id[at] & 0xFF);
        }
        return (int) (mix(value ^ rest) >>> Integer.SIZE);
    }

    private static long mix(long value) {
        return (value * MULTIPLIER) ^ Math.multiplyHigh(value, MULTIPLIER);
    }
}
