package io.millrace.connectors.channel.web;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The sessions of an event loop. One timer has them send their beats, a share of them each time, so that none has a timer of its own and the beats
 * are spread over the interval. For the thread of the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The timer ends with the event loop.
final class LoopSessions {
    private static final int MAX_SHARES = 256;
    private static final int MIN_PERIOD_MS = 25;

    private final List<ArrayList<ClientSession>> shares = new ArrayList<>();
    /** The share whose turn is next. */
    private int next;

    /**
     * No sessions.
     *
     * @param heartbeatMs how often each has a beat
     */
    LoopSessions(EventExecutor loop, long heartbeatMs) {
        int count = (int) Math.max(2, Math.min(MAX_SHARES, heartbeatMs / MIN_PERIOD_MS));
        for (int i = 0; i < count; i++) {
            shares.add(new ArrayList<>(0));
        }
        long period = TimeUnit.MILLISECONDS.toNanos(heartbeatMs) / count;
        loop.scheduleAtFixedRate(this::beat, period, period, TimeUnit.NANOSECONDS);
    }

    /** Adds a session, whose first beat comes in the second half of an interval from now on. */
    void add(ClientSession session) {
        int count = shares.size();
        int half = count / 2;
        session.share = (next + half + ThreadLocalRandom.current().nextInt(count - half)) % count;
        session.index = shares.get(session.share).size();
        shares.get(session.share).add(session);
    }

    /** Removes a session. Has no effect if it is not there. */
    void remove(ClientSession session) {
        if (session.index < 0) {
            return;
        }
        ArrayList<ClientSession> share = shares.get(session.share);
        ClientSession last = share.remove(share.size() - 1);
        if (last != session) {
            share.set(session.index, last);
            last.index = session.index;
        }
        session.index = -1;
    }

    /** Does something with each session, which may remove it. */
    void forEach(Consumer<ClientSession> action) {
        shares.forEach(share -> forEachOf(share, action));
    }

    private void beat() {
        ArrayList<ClientSession> share = shares.get(next);
        next = (next + 1) % shares.size();
        forEachOf(share, ClientSession::beat);
    }

    /** From the last one on, because another one takes the place of one that is removed. */
    private static void forEachOf(List<ClientSession> share, Consumer<ClientSession> action) {
        for (int i = share.size() - 1; i >= 0; i--) {
            if (i < share.size()) {
                action.accept(share.get(i));
            }
        }
    }
}
