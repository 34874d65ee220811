package io.millrace.clients.spooling;

import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves. */
final class FakeTicker implements Ticker {
    private static final long START = 1_764_460_800_000L;

    private final AtomicLong nowMs = new AtomicLong(1_000);

    void advance(long ms) {
        nowMs.addAndGet(ms);
    }

    @Override
    public long nowMs() {
        return nowMs.get();
    }

    @Override
    public long wallMs() {
        return START + nowMs.get();
    }
}
