package io.millrace.payloads;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Clock;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Stores payloads: hashes, compresses and sends them, as many at once as the byte budget allows. The same content of a topic
 * is sent once a day, as far as the writer remembers, also where it is asked for twice at once. A reference is only given
 * out when its payload is stored.
 *
 * <p>Safe for use by many threads.
 */
public final class PayloadWriter implements AutoCloseable {
    private final PayloadStore store;
    private final PayloadSettings settings;
    private final ByteBudget budget;
    private final PayloadMetrics metrics;
    private final Executor executor;
    private final Clock clock;
    private final Runnable onClose;

    @GuardedBy("remembered")
    private final Map<ContentKey, CompletableFuture<StoredCopy>> remembered;

    /**
     * For {@code Payloads}, which opens stores and threads.
     *
     * @param store closed with this
     * @param metrics closed with this
     * @param executor hashes and compresses
     * @param clock has the day on which payloads are stored
     * @param onClose run when this is closed
     */
    public PayloadWriter(
            PayloadStore store,
            PayloadSettings settings,
            PayloadMetrics metrics,
            Executor executor,
            Clock clock,
            Runnable onClose) {
        this.store = store;
        this.settings = settings;
        this.budget = new ByteBudget(settings.inflightBytes());
        this.metrics = metrics;
        this.executor = executor;
        this.clock = clock;
        this.onClose = onClose;
        this.remembered = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ContentKey, CompletableFuture<StoredCopy>> eldest) {
                return size() > settings.cacheEntries();
            }
        };
    }

    /** Two payloads with the same key are one object. */
    private record ContentKey(String topic, LocalDate day, String sha256) {}

    /** Where an object is, and how it is compressed. */
    private record StoredCopy(String uri, Codec codec) {}

    /** Counts what goes through this writer. */
    public PayloadMetrics metrics() {
        return metrics;
    }

    /** Values of more bytes than this are to be stored. */
    public int threshold() {
        return settings.thresholdBytes();
    }

    /**
     * Stores a payload. Waits where too many bytes are on their way already; where none are, the caller's own thread hashes,
     * compresses and begins to send it.
     *
     * @param topic of the record that will refer to it
     * @param payload not changed by the writer, and not to be changed until the future completes
     * @param contentType its media type; null if it is not known
     * @return its reference; or an exception, a {@link PayloadException}: {@link RefusedPayloadException} if it is larger
     *     than allowed, {@link UnavailableStoreException} if the store was not available within the retry timeout
     */
    public CompletableFuture<PayloadReference> write(String topic, byte[] payload, @Nullable String contentType) {
        if (payload.length > settings.maxBytes()) {
            PayloadException refusal = new RefusedPayloadException("A payload has " + payload.length + " bytes, and "
                    + PayloadSettings.MAX_BYTES + " allows " + settings.maxBytes());
            metrics.countFailure(refusal);
            return CompletableFuture.failedFuture(refusal);
        }
        ByteBudget.Share share = budget.acquire(mostBytes(payload));
        metrics.beginTransfer(payload.length);
        return hash(payload, share.isAlone())
                .thenCompose(sha256 -> storeOnce(topic, payload, contentType, sha256, share)
                        .thenApply(kept ->
                                new PayloadReference(kept.uri(), payload.length, sha256, kept.codec(), contentType)))
                .whenComplete((reference, failure) -> {
                    metrics.endTransfer(payload.length);
                    share.release();
                    if (failure != null) {
                        metrics.countFailure(Failures.unwrap(failure));
                    }
                });
    }

    /** The payload, and a copy that may turn out to be no smaller. */
    private long mostBytes(byte[] payload) {
        return settings.codec() == Codec.NONE ? payload.length : 2L * payload.length;
    }

    /** A payload that is alone is sooner on its way where no other thread has to be woken for it. */
    private CompletableFuture<String> hash(byte[] payload, boolean alone) {
        return alone
                ? CompletableFuture.completedFuture(Sha256.of(payload))
                : CompletableFuture.completedFuture(payload).thenApplyAsync(Sha256::of, executor);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // What failed is what the returned future fails with.
    private CompletableFuture<StoredCopy> storeOnce(
            String topic, byte[] payload, @Nullable String contentType, String sha256, ByteBudget.Share share) {
        ContentKey content = new ContentKey(topic, LocalDate.now(clock), sha256);
        CompletableFuture<StoredCopy> mine = new CompletableFuture<>();
        CompletableFuture<StoredCopy> other;
        synchronized (remembered) {
            other = remembered.putIfAbsent(content, mine);
        }
        if (other != null) {
            share.shrinkTo(payload.length);
            return other.thenApply(kept -> {
                metrics.countDuplicate();
                return kept;
            });
        }
        send(content, payload, contentType, share).whenComplete((kept, failure) -> {
            if (failure == null) {
                mine.complete(kept);
            } else {
                synchronized (remembered) {
                    remembered.remove(content, mine);
                }
                mine.completeExceptionally(Failures.unwrap(failure));
            }
        });
        return mine;
    }

    private CompletableFuture<StoredCopy> send(
            ContentKey content, byte[] payload, @Nullable String contentType, ByteBudget.Share share) {
        long start = System.nanoTime();
        try {
            Codec.Encoded encoded = settings.codec().encode(payload);
            share.shrinkTo((long) payload.length + (encoded.codec() == Codec.NONE ? 0 : encoded.stored().length));
            PayloadObject object = new PayloadObject(
                    content.topic(), content.day(), content.sha256(), encoded.codec(), contentType, encoded.stored());
            return store.put(object).thenApply(uri -> {
                metrics.countStored(uri, payload.length, encoded.stored().length, System.nanoTime() - start);
                return new StoredCopy(uri, encoded.codec());
            });
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Stores a payload and waits for it. */
    public PayloadReference writeNow(String topic, byte[] payload, @Nullable String contentType) {
        return Failures.await(write(topic, payload, contentType));
    }

    /** Waits for a payload that is being stored, or throws why it is not. */
    public static PayloadReference await(CompletableFuture<PayloadReference> reference) {
        return Failures.await(reference);
    }

    @Override
    public void close() {
        try (metrics;
                store) {
            onClose.run();
        }
    }
}
