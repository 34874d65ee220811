package io.millrace.payloads;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A reference is given out again only while its payload is there, and stays for as long as a new one. */
class PayloadReuseTest {
    private static final byte[] PAYLOAD = "the same document".getBytes(StandardCharsets.UTF_8);

    private final MutableClock clock = new MutableClock();

    private static final class MutableClock extends Clock {
        private Instant now = Instant.parse("2026-03-10T00:10:00Z");

        void advance(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** Gives each object a URI of its own, as a topic does. */
    private static class NumberedStore implements PayloadStore {
        final Map<String, byte[]> objects = new ConcurrentHashMap<>();
        final AtomicInteger puts = new AtomicInteger();

        @Override
        public CompletableFuture<String> put(PayloadObject object) {
            String uri = "memory:" + puts.incrementAndGet();
            objects.put(uri, object.stored());
            return CompletableFuture.completedFuture(uri);
        }

        @Override
        public CompletableFuture<byte[]> get(PayloadReference reference) {
            return CompletableFuture.completedFuture(objects.get(reference.uri()));
        }

        @Override
        public CompletableFuture<Boolean> canReuse(String uri, Duration age) {
            return CompletableFuture.completedFuture(objects.containsKey(uri));
        }

        @Override
        public boolean holds(String uri) {
            return uri.startsWith("memory:");
        }

        @Override
        public String toString() {
            return "memory:";
        }

        @Override
        public void close() {}
    }

    private PayloadWriter writer(PayloadStore store) {
        return new PayloadWriter(
                store,
                new PayloadSettings(0, 1000, 1000, Codec.NONE, 100),
                new PayloadMetrics("PayloadReuseTest"),
                Runnable::run,
                clock,
                () -> {});
    }

    private static String write(PayloadWriter writer) {
        return writer.writeNow("orders", PAYLOAD, null).uri();
    }

    @Test
    void storesAgainWhatWasDeletedMeanwhile() {
        NumberedStore store = new NumberedStore();
        try (PayloadWriter writer = writer(store)) {
            String first = write(writer);
            clock.advance(Duration.ofSeconds(2));
            assertThat(write(writer)).isEqualTo(first);
            store.objects.remove(first);
            clock.advance(Duration.ofSeconds(2));

            String second = write(writer);

            assertThat(store.objects).containsOnlyKeys(second);
            assertThat(write(writer)).isEqualTo(second);
            assertThat(writer.metrics().getDuplicatesSaved()).isEqualTo(2);
            assertThat(writer.metrics().getStoredPayloads()).isEqualTo(2);
        }
    }

    @Test
    void storesAgainWhatWouldEndBeforeItsRecord() {
        NumberedStore store = new NumberedStore() {
            @Override
            public CompletableFuture<Boolean> canReuse(String uri, Duration age) {
                return CompletableFuture.completedFuture(age.compareTo(Duration.ofMinutes(5)) <= 0);
            }
        };
        try (PayloadWriter writer = writer(store)) {
            String first = write(writer);
            clock.advance(Duration.ofMinutes(4));
            assertThat(write(writer)).isEqualTo(first);
            // Since the payload was stored, and not since its reference was given out last.
            clock.advance(Duration.ofMinutes(2));
            String second = write(writer);
            clock.advance(Duration.ofHours(23));
            String third = write(writer);

            assertThat(store.puts).hasValue(3);
            assertThat(second).isNotEqualTo(first);
            assertThat(third).isNotEqualTo(second);
        }
    }

    @Test
    void storesAgainWhereTheStoreDoesNotAnswer() {
        NumberedStore store = new NumberedStore() {
            @Override
            public CompletableFuture<Boolean> canReuse(String uri, Duration age) {
                return CompletableFuture.failedFuture(new UnavailableStoreException("away", null));
            }
        };
        try (PayloadWriter writer = writer(store)) {
            write(writer);
            clock.advance(Duration.ofSeconds(2));
            write(writer);
        }
        assertThat(store.puts).hasValue(2);
    }
}
