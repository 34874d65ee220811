package io.millrace.clients.spooling;

import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolStore;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads from the store how far the recovery is, once a second while there is something to recover. For one thread. */
final class RecoveryWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryWatch.class);
    private static final long INTERVAL_MS = 1_000;

    private final RecordRouter router;
    private final ObjectWriter writer;
    private final SpoolStore store;
    private final Incarnation incarnation;
    private final Ticker ticker;
    private @Nullable CompletableFuture<Long> query;
    private long nextMs;

    RecoveryWatch(RecordRouter router, ObjectWriter writer, SpoolStore store, Incarnation incarnation, Ticker ticker) {
        this.router = router;
        this.writer = writer;
        this.store = store;
        this.incarnation = incarnation;
        this.ticker = ticker;
        this.nextMs = ticker.nowMs();
    }

    void step() {
        CompletableFuture<Long> asked = query;
        if (asked != null && asked.isDone()) {
            query = null;
            take(asked);
        }
        if (query == null && writer.oldestUnrecovered() != null && ticker.nowMs() >= nextMs) {
            nextMs = ticker.nowMs() + INTERVAL_MS;
            CompletableFuture<Long> next = store.readRecovered(incarnation);
            query = next;
            var unused = next.whenComplete((sequence, failure) -> router.signal());
        }
    }

    private void take(CompletableFuture<Long> asked) {
        try {
            long sequence = asked.join();
            writer.advance(sequence);
            router.advance(sequence);
        } catch (RuntimeException e) {
            // Nothing is known then, and records of these slots stay in the spool.
            LOG.debug("The progress of the recovery cannot be read", e);
        }
    }

    /** When the next step is due without a signal. */
    long waitMs(long longestMs) {
        return query != null || writer.oldestUnrecovered() == null
                ? longestMs
                : Math.max(1, Math.min(longestMs, nextMs - ticker.nowMs()));
    }
}
