package io.millrace.connectors.channel.history;

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
    /** When the wait began, in milliseconds of the hub's clock. */
    long waitingSinceMs;
    /** Whether the subscriber has its {@link Delivery.Subscribed}. */
    boolean answered;
    /** With {@link #answered} false and {@link #state} open: whether nothing is missing. */
    boolean recovered;
    /** Whether the subscriber has a position of an earlier subscription. */
    boolean resumes;
    /** Whether all events of the history are delivered. There is no position then. */
    boolean fromEarliest;
    /** The position up to which everything was delivered; null before the first answer of a subscriber without a position. */
    @Nullable
    Position position;
    /** The position that the subscriber has. */
    String sentPosition = "";
    /** The next event to deliver; null if all are delivered. */
    @Nullable
    HistoryEntry next;
    /** Whether the subscriber was woken, and has not taken everything yet. */
    boolean woken;

    Subscription(Channel channel, Subscriber subscriber, long waitingSinceMs) {
        this.channel = channel;
        this.subscriber = subscriber;
        this.waitingSinceMs = waitingSinceMs;
    }

    /** The name of the channel. */
    public String channel() {
        return channel.name();
    }
}
