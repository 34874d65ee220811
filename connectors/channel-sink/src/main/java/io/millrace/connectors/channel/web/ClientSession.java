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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection with its grant and its subscriptions. While the connection has no room, nothing is taken for it. For the thread of
 * its event loop, except {@link #wake}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes its connection, and Netty logs it.
abstract class ClientSession implements Subscriber {
    /** Before a token ends, its client gets a request for another one. */
    private static final long RENEWAL_MS = 30_000;

    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

    private static final AtomicIntegerFieldUpdater<ClientSession> SCHEDULED =
            AtomicIntegerFieldUpdater.newUpdater(ClientSession.class, "scheduled");

    final ListenerState state;
    final ChannelHandlerContext context;
    /** First the one whose last delivery is the longest ago. Most clients have one. */
    private final ArrayList<Subscription> subscriptions = new ArrayList<>(0);
    /** 1 from a {@link #wake} to the {@link #drain} that it causes. */
    @SuppressWarnings("UnusedVariable") // By SCHEDULED, without an object of its own.
    private volatile int scheduled;
    /** The place in the {@link LoopSessions}. */
    int share;

    /** The place in the {@link #share}; -1 if the session has none. */
    int index = -1;

    /** Null before the first token, if tokens are required. */
    private @Nullable Grant grant;

    private @Nullable Future<?> expiry;
    private boolean closed;

    ClientSession(ListenerState state, ChannelHandlerContext context) {
        this.state = state;
        this.context = context;
        this.grant = state.tokens.withoutToken().orElse(null);
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

    /** Adds the session to those of its event loop, so that it has beats. */
    void register() {
        state.sessionsOf(context.executor()).add(this);
    }

    final void beat() {
        // A connection that is stuck gets no beats, so its client closes it.
        if (!closed && context.channel().isWritable()) {
            writeOrEnd(this::sendBeat);
        }
    }

    private void sendBeat() {
        Map<String, String> positions = new LinkedHashMap<>();
        subscriptions.forEach(subscription ->
                state.hub.advance(subscription).ifPresent(position -> positions.put(subscription.channel(), position)));
        writeBeat(positions);
        context.flush();
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
        for (Subscription subscription : subscriptions) {
            if (!next.permits(subscription.channel())) {
                close(CloseReason.CHANNEL, "the token does not permit a channel that is subscribed");
                return false;
            }
        }
        grant = next;
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
        expiry = context.executor()
                .schedule(() -> close(CloseReason.TOKEN, "the token has expired"), leftMs, TimeUnit.MILLISECONDS);
        writeOrEnd(() -> {
            writeExpiring(TimeUnit.MILLISECONDS.toSeconds(leftMs));
            context.flush();
        });
    }

    /** Subscribes to a channel. Closes the connection if that is not permitted. */
    boolean subscribe(String channel, String position) {
        Grant own = grant;
        if (own == null) {
            close(CloseReason.TOKEN, "expected a token before the first subscription");
            return false;
        }
        if (!own.permits(channel)) {
            close(CloseReason.CHANNEL, "the token does not permit the channel " + channel);
            return false;
        }
        if (find(channel) < 0 && subscriptions.size() >= state.settings.maxChannels()) {
            close(
                    CloseReason.TOO_MANY,
                    "expected at most " + state.settings.maxChannels() + " channels (connection.channels.max)");
            return false;
        }
        unsubscribe(channel);
        subscriptions.add(state.hub.subscribe(this, channel, position));
        return true;
    }

    /** Ends the subscription to a channel, and returns whether there was one. */
    boolean unsubscribe(String channel) {
        int found = find(channel);
        if (found < 0) {
            return false;
        }
        state.hub.unsubscribe(subscriptions.remove(found));
        return true;
    }

    private int find(String channel) {
        for (int i = 0; i < subscriptions.size(); i++) {
            if (subscriptions.get(i).channel().equals(channel)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public final void wake() {
        if (SCHEDULED.compareAndSet(this, 0, 1)) {
            context.executor().execute(this::drain);
        }
    }

    /** Writes what there is for the subscriptions, one delivery of each in turn, as long as the connection has room. */
    final void drain() {
        scheduled = 0;
        if (!closed) {
            writeOrEnd(this::deliverAll);
        }
    }

    private void deliverAll() {
        // How many have no delivery; they are the first ones.
        int done = 0;
        while (done < subscriptions.size() && !closed && context.channel().isWritable()) {
            Subscription next = subscriptions.get(done);
            Optional<Delivery> delivery = state.hub.take(next);
            if (delivery.isPresent()) {
                // Also in the next drain the others come first.
                subscriptions.remove(done);
                subscriptions.add(next);
                deliver(next, delivery.get());
            } else {
                done++;
            }
        }
        context.flush();
    }

    private void deliver(Subscription subscription, Delivery delivery) {
        write(delivery);
        if (delivery instanceof Delivery.Event event) {
            // What was read before the subscription is a part of the history.
            long latency =
                    event.receivedMs() < subscription.sinceMs() ? -1 : state.clockMs.getAsLong() - event.receivedMs();
            state.counts.countEvent(event.frame().length, latency);
        }
    }

    /** Sends the client to another server, at its share of the time of a drain. */
    final void move() {
        if (!closed) {
            writeOrEnd(() -> {
                writeMoving(ThreadLocalRandom.current().nextLong(1 + state.settings.drainMs() / 2));
                context.flush();
            });
        }
    }

    /** Ends the connection with this reason, and counts it. */
    final void close(CloseReason reason, String text) {
        if (!closed) {
            release();
            state.counts.countClosed(reason);
            writeOrEnd(() -> writeClose(reason, text));
        }
    }

    /**
     * Writes something. If that fails, as without memory for a frame, the connection ends: its client would miss what was taken for it. It
     * connects again, and resumes where it was.
     */
    private void writeOrEnd(Runnable write) {
        try {
            write.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("Closing a connection to which nothing can be written: {}", e.toString());
            release();
            context.close();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends subscriptions, beats and timers; the connection is closed. */
    final void release() {
        closed = true;
        state.sessionsOf(context.executor()).remove(this);
        if (expiry != null) {
            expiry.cancel(false);
        }
        subscriptions.forEach(state.hub::unsubscribe);
        subscriptions.clear();
    }
}
