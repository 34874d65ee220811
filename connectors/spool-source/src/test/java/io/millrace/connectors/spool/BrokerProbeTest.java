package io.millrace.connectors.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** Brokers that are asked on a thread of its own. */
class BrokerProbeTest {
    private static final Duration DELAY = Duration.ofSeconds(10);

    /** Each query takes half a second of it. */
    private final AtomicLong nanos = new AtomicLong();

    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicLong queries = new AtomicLong();
    private final BrokerWatch watch = new BrokerWatch(nanos::get);

    private long query() {
        queries.incrementAndGet();
        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        if (away.get()) {
            throw new TimeoutException("away");
        }
        return nanos.get();
    }

    private void awaitQueries(long more) {
        long before = queries.get();
        await().until(() -> queries.get() >= before + more);
    }

    @Test
    void seesThatTheBrokersAnswerWhileTheRecoveryDoesSomethingElse() {
        try (BrokerProbe probe = new BrokerProbe("probe", watch, this::query, Duration.ofMillis(1))) {
            // Without a probe, the pause between two queries of a slow recovery is an interruption.
            nanos.addAndGet(DELAY.toNanos());
            watch.ask(() -> true);
            assertThat(watch.hasAnsweredFor(DELAY, 0)).isFalse();
            probe.resume();
            await().until(() -> watch.hasAnsweredFor(DELAY, 0));
            away.set(true);
            awaitQueries(2);
            assertThat(watch.hasAnsweredFor(DELAY, 0)).isFalse();
            away.set(false);
            await().until(() -> watch.hasAnsweredFor(DELAY, 0));
            // No more queries after the pause.
            probe.pause();
            awaitSilence();
            nanos.addAndGet(Duration.ofSeconds(3).toNanos());
            assertThat(watch.hasAnsweredFor(DELAY, 0)).isFalse();
            probe.resume();
            awaitQueries(2);
        }
        awaitSilence();
    }

    private void awaitSilence() {
        await().until(() -> {
            long before = queries.get();
            Thread.sleep(20);
            return queries.get() == before;
        });
    }
}
