package io.millrace.connectors.channel.history;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber's place in a channel: a cursor. It has no queue, so a subscriber that takes nothing costs nothing else. Guarded by the lock of
 * its {@link ChannelHub}.
 */
public final class Subscription {
    /** What the subscription does with the next event. */
    enum State {
        /** The history does not answer yet whether it has everything behind the position. */
        WAITING,
        /** What is in the history is delivered. */
        OPEN,
        /** Events are missing; what comes next is delivered after a {@link Delivery.Reset}. */
        BROKEN
    }

    final Channel channel;
    final Subscriber subscriber;
    State state = State.WAITING;
    /** When the subscription began, in milliseconds of the hub's clock. */
    private final long sinceMs;
    /** When the wait began, in milliseconds of the hub's clock. */
    long waitingSinceMs;
    /** Of the subscription in its channel; -1 once it has ended. */
    int index = -1;
    /** Whether the subscriber has its {@link Delivery.Subscribed}. */
    boolean answered;
    /** With {@link #answered} false and {@link #state} open: whether nothing is missing. */
    boolean recovered;
    /** Whether the subscriber has a position of an earlier subscription. */
    boolean resumes;
    /** Whether all events of the history are delivered. There is no position then. */
    boolean fromEarliest;
    /**
     * The epoch of {@link #position} if that is the one of an event, and then its other parts are {@link #partition}, {@link #offset} and
     * {@link #digest}. The next event replaces them, and no object is left of the last one.
     */
    private @Nullable String epoch;

    private int partition;
    private int digest;
    private long offset;
    /** The position if it is not the one of an event. */
    private @Nullable Position elsewhere;
    /** The next event to deliver; null if all are delivered. */
    @Nullable
    HistoryEntry next;
    /** Whether the subscriber was woken, and has not taken everything yet. */
    boolean woken;

    /** A subscription that begins to wait. */
    Subscription(Channel channel, Subscriber subscriber, long waitingSinceMs) {
        this.channel = channel;
        this.subscriber = subscriber;
        this.sinceMs = waitingSinceMs;
        this.waitingSinceMs = waitingSinceMs;
    }

    /** The position up to which everything was delivered; null before the first answer of a subscriber without a position. */
    @Nullable
    Position position() {
        return epoch == null
                ? elsewhere
                : Position.of(new Position.Mark(epoch, partition, offset, OptionalInt.of(digest)));
    }

    void setPosition(Position position) {
        epoch = null;
        elsewhere = position;
    }

    /** Everything up to this event was delivered. */
    void setPosition(HistoryEntry entry) {
        epoch = entry.ring.epoch();
        partition = entry.ring.partition();
        offset = entry.offset;
        digest = entry.digest;
        elsewhere = null;
    }

    /** When the subscription began, in milliseconds of the hub's clock. */
    public long sinceMs() {
        return sinceMs;
    }

    /** The name of the channel. */
    public String channel() {
        return channel.name();
    }
}
