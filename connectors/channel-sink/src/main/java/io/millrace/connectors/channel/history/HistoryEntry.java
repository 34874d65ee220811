package io.millrace.connectors.channel.history;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** An event in the history, linked with the next one of its channel. Guarded by the lock of its {@link ChannelHub}. */
final class HistoryEntry {
    /** What an entry takes besides its bytes: objects, links and its place in the ring. */
    private static final int OVERHEAD_BYTES = 200;

    final PartitionRing ring;
    final Channel channel;
    final long offset;
    final int digest;
    final String type;
    final long receivedMs;
    /** If the history is full, the entry with the lowest number leaves it first. */
    final long order;
    /** The event as the subscribers receive it; empty once the entry is evicted, so that a cursor does not keep it. */
    private byte[] frame;

    private boolean evicted;
    /** The event of the channel behind this one; null if there is none yet, or this one is evicted. */
    @Nullable
    HistoryEntry next;

    HistoryEntry(
            PartitionRing ring,
            Channel channel,
            long offset,
            int digest,
            ChannelEvent event,
            long receivedMs,
            long order) {
        this.ring = ring;
        this.channel = channel;
        this.offset = offset;
        this.digest = digest;
        this.type = event.type();
        this.receivedMs = receivedMs;
        this.order = order;
        this.frame = event.frame(channel.name(), mark().toString());
    }

    Position.Mark mark() {
        return new Position.Mark(ring.epoch(), ring.partition(), offset, OptionalInt.of(digest));
    }

    byte[] frame() {
        return frame;
    }

    long size() {
        return frame.length + (long) OVERHEAD_BYTES;
    }

    boolean isEvicted() {
        return evicted;
    }

    void markEvicted() {
        evicted = true;
        frame = new byte[0];
        next = null;
    }
}
