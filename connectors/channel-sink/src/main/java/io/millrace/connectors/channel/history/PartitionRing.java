package io.millrace.connectors.channel.history;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of a partition, in the order of their offsets. It has everything of the partition from {@code base} on, less what it has
 * evicted; of that it keeps the last offset and digest. Offsets have gaps, so no rule here counts them. Guarded by the lock of its
 * {@link ChannelHub}.
 */
final class PartitionRing {
    private static final long UNKNOWN = -1;

    private final String topic;
    private final int partition;
    private final EntryQueue entries = new EntryQueue();
    private String epoch = "";
    /** The offset from which everything was read; -1 if nothing was read yet. */
    private long base = UNKNOWN;
    /** The highest offset that was read, of records without a channel too. */
    private long readThrough = UNKNOWN;
    /** When {@link #readThrough} was read, in milliseconds of the hub's clock. */
    private long lastReadMs;
    /** Whether a record was read since the beginning. */
    private boolean hasRecords;
    /** The last entry that was evicted; null if none was. Without its bytes. */
    private @Nullable HistoryEntry evicted;

    PartitionRing(String topic, int partition) {
        this.topic = topic;
        this.partition = partition;
    }

    /** Whether a ring has a record and everything behind it. */
    enum Answer {
        /** It has the record, and everything behind it was read or will be. */
        COMPLETE,
        /** It does not have the record, or what was behind it. */
        LOST,
        /** It has not read as far. */
        AHEAD
    }

    String topic() {
        return topic;
    }

    int partition() {
        return partition;
    }

    String epoch() {
        return epoch;
    }

    void setEpoch(String newEpoch) {
        epoch = newEpoch;
    }

    /** Everything from an offset on will be appended. Has no effect once the ring has a beginning. */
    void begin(long offset, long nowMs) {
        if (base == UNKNOWN) {
            base = offset;
            readThrough = offset - 1;
            lastReadMs = nowMs;
        }
    }

    /** A record was read. Only those behind {@link #readThrough} continue the ring. */
    void read(long offset, long nowMs) {
        begin(offset, nowMs);
        readThrough = Math.max(readThrough, offset);
        lastReadMs = nowMs;
        hasRecords = true;
    }

    /**
     * Whether records between the last one and this one may have been deleted before they were read. Offsets have gaps anyway, so a gap is a doubt
     * only after a time in which a paused consumer would have missed records, and behind the offset at which the task began: Kafka may have
     * deleted what is there while no task ran.
     *
     * @param longestMs for how long no record may be read without a doubt
     */
    boolean mayMissBefore(long offset, long nowMs, long longestMs) {
        return base != UNKNOWN && offset > readThrough + 1 && (!hasRecords || nowMs - lastReadMs > longestMs);
    }

    /** The highest offset that was read; -1 if none was. */
    long readThrough() {
        return readThrough;
    }

    boolean hasBegun() {
        return base != UNKNOWN;
    }

    void append(HistoryEntry entry) {
        read(entry.offset, entry.receivedMs);
        entries.add(entry);
    }

    /** The oldest entry; null if there is none. */
    @Nullable
    HistoryEntry oldest() {
        return entries.oldest();
    }

    /** Takes the oldest entry out, and its bytes. */
    void evictOldest() {
        evicted = entries.removeOldest();
    }

    /** The newest record that was read, also if it is evicted; null if none was. */
    @Nullable
    HistoryEntry newest() {
        return entries.isEmpty() ? evicted : entries.newest();
    }

    /** The end of what was read: the newest event, or the offset without one; null before the first one. */
    Position.@Nullable Mark end() {
        HistoryEntry newest = newest();
        if (newest != null) {
            return newest.mark();
        }
        return base == UNKNOWN ? null : new Position.Mark(epoch, partition, readThrough, OptionalInt.empty());
    }

    /** Whether the ring has everything of the partition since its creation. */
    boolean hasEverything() {
        return base == 0 && evicted == null;
    }

    /** Whether the ring has this record, and with it everything of a channel behind it. */
    Answer answer(Position.Mark mark, Channel channel) {
        return mark.digest().isPresent()
                ? answerRecord(mark.offset(), mark.digest().getAsInt())
                : answerBeginning(mark.offset() + 1, channel);
    }

    private Answer answerRecord(long offset, int digest) {
        if (base == UNKNOWN || offset > readThrough) {
            return Answer.AHEAD;
        }
        HistoryEntry found = find(offset);
        return found != null && found.digest == digest ? Answer.COMPLETE : Answer.LOST;
    }

    /**
     * Of a subscriber whose server had found no event below an offset, and has delivered what it read from there on. An event of the channel below it
     * is of a topic that was created again. It does not contain of which channels the evicted ones were.
     */
    private Answer answerBeginning(long offset, Channel channel) {
        if (base == UNKNOWN) {
            return Answer.AHEAD;
        }
        HistoryEntry first = channel.first();
        boolean isUnseen = first != null && first.ring == this && first.offset < offset;
        return base <= offset && evicted == null && !isUnseen ? Answer.COMPLETE : Answer.LOST;
    }

    /** The entry at an offset, or the last evicted one if it was there; null if there is none. */
    @Nullable
    HistoryEntry find(long offset) {
        if (evicted != null && evicted.offset == offset) {
            return evicted;
        }
        HistoryEntry entry = entries.findFrom(offset);
        return entry != null && entry.offset == offset ? entry : null;
    }

    /**
     * The offset from which the same history can be read again.
     *
     * @param next the offset behind the last record that was read
     * @param mostUnused up to how many offsets without entries are read again only because the history begins before them
     */
    long beginning(long next, long mostUnused) {
        HistoryEntry oldest = oldest();
        long first = oldest == null ? next : oldest.offset;
        long wished = evicted == null ? base : evicted.offset;
        return wished == UNKNOWN || first - wished > mostUnused ? first : wished;
    }
}
