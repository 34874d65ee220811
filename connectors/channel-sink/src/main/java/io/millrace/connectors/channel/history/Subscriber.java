package io.millrace.connectors.channel.history;

/** A connection that has subscriptions. */
@FunctionalInterface
public interface Subscriber {
    /**
     * A subscription of it has a delivery. Called by the thread of {@link ChannelHub#settle}, at most once for each subscription until
     * {@link ChannelHub#take} has returned nothing. Returns at once.
     */
    void wake();
}
