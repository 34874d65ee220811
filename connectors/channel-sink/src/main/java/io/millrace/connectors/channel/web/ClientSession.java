package io.millrace.connectors.channel.web;

import io.millrace.connectors.channel.history.Delivery;
import io.millrace.connectors.channel.history.Subscriber;
import io.millrace.connectors.channel.history.Subscription;
import io.millrace.connectors.channel.token.Grant;
import io.millrace.connectors.channel.token.RefusedTokenException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A connection with its grant and its subscriptions. While the connection has no room, nothing is taken for it. For the thread of
 * its event loop, except {@link #wake}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes its connection, and Netty logs it.
abstract class ClientSession implements Subscriber {
    /** Before a token ends, its client gets a request for another one. */
    private static final long RENEWAL_MS = 30_000;

    private static final double FIRST_BEAT = 0.5;

    final ListenerState state;
    final ChannelHandlerContext context;
    /** By their channels; first the one whose last delivery is the longest ago. */
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();

    private final Map<String, Long> subscribedMs = new LinkedHashMap<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<Future<?>> timers = new ArrayList<>();
    private Optional<Grant> grant;
    private @Nullable Future<?> expiry;
    private boolean closed;

    ClientSession(ListenerState state, ChannelHandlerContext context) {
        this.state = state;
        this.context = context;
        this.grant = state.tokens.withoutToken();
    }

    /** Writes a delivery without flushing it. */
    abstract void write(Delivery delivery);

    /** Writes a beat, with the positions that have changed. */
    abstract void writeBeat(Map<String, String> positions);

    /** Requests another token within so many seconds. */
    abstract void writeExpiring(long seconds);

    /** Requests another connection after so many milliseconds. */
    abstract void writeMoving(long afterMs);

    /** Ends the connection. */
    abstract void writeClose(CloseReason reason, String text);

    void startBeats() {
        long every = state.settings.heartbeatMs();
        long first = (long) (every * (FIRST_BEAT + ThreadLocalRandom.current().nextDouble() * (1 - FIRST_BEAT)));
        timers.add(context.executor().scheduleAtFixedRate(this::beat, first, every, TimeUnit.MILLISECONDS));
    }

    private void beat() {
        // A connection that is stuck gets no beats, so its client closes it.
        if (closed || !context.channel().isWritable()) {
            return;
        }
        Map<String, String> positions = new LinkedHashMap<>();
        subscriptions.forEach((channel, subscription) ->
                state.hub.advance(subscription).ifPresent(position -> positions.put(channel, position)));
        writeBeat(positions);
        context.flush();
    }

    /** Whether the client has a grant. */
    boolean isGranted() {
        return grant.isPresent();
    }

    boolean hasSubscriptions() {
        return !subscriptions.isEmpty();
    }

    /**
     * Verifies a token, which takes the place of an earlier one. Closes the connection if it is not valid, or does not permit
     * what is subscribed.
     */
    boolean accept(String token) {
        Grant next;
        try {
            next = state.tokens.verify(token);
        } catch (RefusedTokenException e) {
            close(CloseReason.TOKEN, String.valueOf(e.getMessage()));
            return false;
        }
        for (String channel : subscriptions.keySet()) {
            if (!next.permits(channel)) {
                close(CloseReason.CHANNEL, "the token does not permit a channel that is subscribed");
                return false;
            }
        }
        grant = Optional.of(next);
        scheduleExpiry(next.until());
        return true;
    }

    private void scheduleExpiry(Instant until) {
        if (expiry != null) {
            expiry.cancel(false);
            expiry = null;
        }
        if (until.equals(Instant.MAX)) {
            return;
        }
        long leftMs = Math.max(0, Duration.between(Instant.now(), until).toMillis());
        long askMs = Math.max(leftMs / 2, leftMs - RENEWAL_MS);
        expiry = context.executor().schedule(() -> askForToken(leftMs - askMs), askMs, TimeUnit.MILLISECONDS);
    }

    private void askForToken(long leftMs) {
        if (closed) {
            return;
        }
        writeExpiring(TimeUnit.MILLISECONDS.toSeconds(leftMs));
        context.flush();
        expiry = context.executor()
                .schedule(() -> close(CloseReason.TOKEN, "the token has expired"), leftMs, TimeUnit.MILLISECONDS);
    }

    /** Subscribes to a channel. Closes the connection if that is not permitted. */
    boolean subscribe(String channel, String position) {
        if (grant.isEmpty()) {
            close(CloseReason.TOKEN, "expected a token before the first subscription");
            return false;
        }
        if (!grant.get().permits(channel)) {
            close(CloseReason.CHANNEL, "the token does not permit the channel " + channel);
            return false;
        }
        if (!subscriptions.containsKey(channel) && subscriptions.size() >= state.settings.maxChannels()) {
            close(
                    CloseReason.TOO_MANY,
                    "expected at most " + state.settings.maxChannels() + " channels (connection.channels.max)");
            return false;
        }
        unsubscribe(channel);
        subscribedMs.put(channel, state.clockMs.getAsLong());
        subscriptions.put(channel, state.hub.subscribe(this, channel, position));
        return true;
    }

    /** Ends the subscription to a channel, and returns whether there was one. */
    boolean unsubscribe(String channel) {
        Subscription subscription = subscriptions.remove(channel);
        subscribedMs.remove(channel);
        if (subscription == null) {
            return false;
        }
        state.hub.unsubscribe(subscription);
        return true;
    }

    @Override
    public final void wake() {
        if (scheduled.compareAndSet(false, true)) {
            context.executor().execute(this::drain);
        }
    }

    /** Writes what there is for the subscriptions, one delivery of each in turn, as long as the connection has room. */
    final void drain() {
        scheduled.set(false);
        if (closed) {
            return;
        }
        Deque<Subscription> turns = new ArrayDeque<>(subscriptions.values());
        while (!turns.isEmpty() && !closed && context.channel().isWritable()) {
            Subscription next = turns.remove();
            Optional<Delivery> delivery = state.hub.take(next);
            if (delivery.isPresent()) {
                // Also in the next drain the others come first.
                subscriptions.remove(next.channel());
                subscriptions.put(next.channel(), next);
                turns.add(next);
                deliver(delivery.get());
            }
        }
        context.flush();
    }

    private void deliver(Delivery delivery) {
        write(delivery);
        if (delivery instanceof Delivery.Event event) {
            long since = subscribedMs.getOrDefault(event.channel(), Long.MAX_VALUE);
            // What was read before the subscription is a part of the history.
            long latency = event.receivedMs() < since ? -1 : state.clockMs.getAsLong() - event.receivedMs();
            state.counts.countEvent(event.frame().length, latency);
        }
    }

    /** Sends the client to another server, at its share of the time of a drain. */
    final void move() {
        if (!closed) {
            writeMoving(ThreadLocalRandom.current().nextLong(1 + state.settings.drainMs() / 2));
            context.flush();
        }
    }

    /** Ends the connection with this reason, and counts it. */
    final void close(CloseReason reason, String text) {
        if (!closed) {
            release();
            state.counts.countClosed(reason);
            writeClose(reason, text);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends subscriptions and timers; the connection is closed. */
    final void release() {
        closed = true;
        timers.forEach(timer -> timer.cancel(false));
        if (expiry != null) {
            expiry.cancel(false);
        }
        List.copyOf(subscriptions.keySet()).forEach(this::unsubscribe);
    }
}
