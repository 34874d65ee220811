package io.millrace.connectors.channel.web;

import io.millrace.connectors.channel.history.ChannelHub;
import io.millrace.connectors.channel.token.ChannelTokens;
import java.util.function.LongSupplier;

/** What all connections of a listener share. */
final class ListenerState {
    final ListenerSettings settings;
    final ChannelHub hub;
    final LongSupplier clockMs;
    final ListenerCounts counts = new ListenerCounts();
    /** Changes when a task begins. */
    volatile ChannelTokens tokens;

    volatile boolean draining;

    ListenerState(ListenerSettings settings, ChannelHub hub, ChannelTokens tokens, LongSupplier clockMs) {
        this.settings = settings;
        this.hub = hub;
        this.tokens = tokens;
        this.clockMs = clockMs;
    }
}
