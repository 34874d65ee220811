package io.millrace.payloads.layered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.Codec;
import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.Failures;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadMetrics;
import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.RefusedPayloadException;
import io.millrace.payloads.ScriptedStore;
import io.millrace.payloads.Sha256;
import io.millrace.payloads.UnavailableStoreException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stores that stand before other ones. */
class LayeredStoresTest {
    private final ScriptedStore first = new ScriptedStore("first");
    private final ScriptedStore second = new ScriptedStore("second");
    private final PayloadMetrics metrics = new PayloadMetrics("LayeredStoresTest");

    @AfterEach
    void close() {
        metrics.close();
    }

    private static PayloadObject object(int size) {
        byte[] bytes = new byte[size];
        return new PayloadObject("t", LocalDate.of(2026, 11, 21), Sha256.of(bytes), Codec.NONE, null, bytes);
    }

    private static PayloadReference reference(String uri, int size) {
        return new PayloadReference(uri, size, Sha256.of(new byte[size]), Codec.NONE, null);
    }

    private static UnavailableStoreException fault() {
        return new UnavailableStoreException("down", null);
    }

    @Test
    void triesAgainWhatMayPass() {
        RetryingStore store = new RetryingStore(first, Duration.ofMinutes(5), metrics);
        first.failNext(2, fault());

        String uri = Failures.await(store.put(object(3)));
        first.failNext(1, fault());
        assertThat(Failures.await(store.get(reference(uri, 3)))).hasSize(3);

        assertThat(first.calls).hasValue(5);
        assertThat(metrics.getRetries()).isEqualTo(3);
    }

    @Test
    void givesUpWhenItsTimeIsOver() {
        RetryingStore store = new RetryingStore(first, Duration.ofMillis(400), metrics);
        first.failNext(1000, fault());

        assertThatThrownBy(() -> Failures.await(store.put(object(3))))
                .isInstanceOf(UnavailableStoreException.class)
                .hasMessageContaining("attempts within 400 ms")
                .hasMessageContaining("down");
        assertThat(first.calls.get()).isBetween(2, 5);
    }

    @Test
    void triesOnceWhereNoTimeIsGiven() {
        RetryingStore store = new RetryingStore(first, Duration.ZERO, metrics);
        first.failNext(1, fault());

        assertThatThrownBy(() -> Failures.await(store.put(object(3)))).isInstanceOf(UnavailableStoreException.class);
        assertThat(first.calls).hasValue(1);
    }

    @Test
    void doesNotTryAgainWhatStaysWrong() {
        RetryingStore store = new RetryingStore(first, Duration.ofMinutes(5), metrics);
        for (RuntimeException failure : List.of(
                new PayloadException("wrong"),
                new MissingPayloadException("gone"),
                new CorruptPayloadException("bad"),
                new RefusedPayloadException("no"))) {
            first.failNext(1, failure);
            assertThatThrownBy(() -> Failures.await(store.put(object(3)))).isSameAs(failure);
        }
        assertThat(first.calls).hasValue(4);
    }

    @Test
    void storesInTheFallbackWhileTheFirstIsUnavailable() {
        FallbackStore store = new FallbackStore(first, second, Duration.ofMinutes(5), metrics, Runnable::run);
        first.failNext(1, fault());

        String uri = Failures.await(store.put(object(3)));
        String next = Failures.await(store.put(object(4)));

        assertThat(uri).startsWith("second:");
        assertThat(next).startsWith("second:");
        assertThat(first.calls).as("it is left alone for a while").hasValue(1);
        assertThat(metrics.getFallbackPayloads()).isEqualTo(2);
        assertThat(Failures.await(store.get(reference(uri, 3)))).hasSize(3);
    }

    @Test
    void storesInTheFallbackIfAnAttemptDoesNotEnd() {
        first.gate = new CompletableFuture<>();
        PayloadStore trying = new RetryingStore(first, Duration.ofMinutes(5), metrics);
        FallbackStore store = new FallbackStore(trying, second, Duration.ofMillis(100), metrics, Runnable::run);

        String uri = Failures.await(store.put(object(3)));

        assertThat(uri).startsWith("second:");
        assertThat(first.latest).as("nobody waits for it any more").isCancelled();
        assertThat(Failures.await(store.put(object(4)))).startsWith("second:");
        assertThat(first.calls).as("it is left alone for a while").hasValue(1);
        assertThat(metrics.getFallbackPayloads()).isEqualTo(2);
    }

    @Test
    void doesNotTryAgainWhatWasGivenUp() {
        RetryingStore store = new RetryingStore(first, Duration.ofMinutes(5), metrics);
        first.gate = new CompletableFuture<>();
        CompletableFuture<String> put = store.put(object(3));

        put.cancel(true);
        first.gate.complete(null);

        assertThat(first.latest).isCancelled();
        assertThat(first.calls).hasValue(1);
        assertThat(metrics.getRetries()).isZero();
    }

    @Test
    void doesNotFallBackIfTheFaultIsPermanent() {
        FallbackStore store = new FallbackStore(first, second, Duration.ofMinutes(5), metrics, Runnable::run);
        first.failNext(1, new PayloadException("no bucket"));

        assertThatThrownBy(() -> Failures.await(store.put(object(3)))).hasMessage("no bucket");
        assertThat(Failures.await(store.put(object(3)))).startsWith("first:");
        assertThat(second.calls).hasValue(0);
    }

    @Test
    void failsIfTheFallbackFailsToo() {
        FallbackStore store = new FallbackStore(first, second, Duration.ofMinutes(5), metrics, Runnable::run);
        first.failNext(1, fault());
        second.failNext(1, new UnavailableStoreException("down too", null));

        assertThatThrownBy(() -> Failures.await(store.put(object(3)))).hasMessage("down too");
    }

    @Test
    void putsSmallAndLargeObjectsApart() {
        TieredStore store = new TieredStore(first, 10, second);

        assertThat(Failures.await(store.put(object(0)))).startsWith("first:");
        assertThat(Failures.await(store.put(object(10)))).startsWith("first:");
        String large = Failures.await(store.put(object(11)));
        assertThat(large).startsWith("second:");
        assertThat(Failures.await(store.get(reference(large, 11)))).hasSize(11);
    }

    @Test
    void closesBoth() {
        for (PayloadStore store : List.of(
                new TieredStore(first, 10, second),
                new FallbackStore(first, second, Duration.ofMinutes(5), metrics, Runnable::run),
                new ReadableStores(List.of(first, second)))) {
            first.closed = false;
            second.closed = false;

            store.close();

            assertThat(first.closed && second.closed).isTrue();
        }
    }

    @Test
    void readsNothingElse() {
        ReadableStores store = new ReadableStores(List.of(first, second));

        assertThatThrownBy(() -> Failures.await(store.get(reference("third:/x", 1))))
                .isInstanceOf(RefusedPayloadException.class)
                .hasMessageContaining("first:, second:");
    }
}
