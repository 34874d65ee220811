package io.millrace.payloads;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores payloads: hashes, compresses and sends them, as many at once as the byte budget allows. The same content of a topic
 * is sent once a day, as far as the writer remembers, also if two callers store it at once. A reference is only given
 * out when its payload is stored; one that was given out before is given out again only if the store still has the payload, and
 * keeps it for as long as a new one.
 *
 * <p>Safe for use by many threads.
 */
public final class PayloadWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PayloadWriter.class);
    /** How long after it was stored a payload's reference is given out again without looking. */
    private static final Duration SURELY_THERE = Duration.ofSeconds(1);

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

    /** Payloads with the same key are one object. */
    private record ContentKey(String topic, LocalDate day, String sha256) {}

    /** Where an object is, how it is compressed, and when it was stored. */
    private record StoredCopy(String uri, Codec codec, Instant stored) {}

    /** Counts the payloads of this writer. */
    public PayloadMetrics metrics() {
        return metrics;
    }

    /**
     * Begins to look whether the store can be used, and logs if it cannot. A wrong bucket or key would otherwise be noticed with the
     * first payload.
     */
    public void warnIfUnusable() {
        logFailure(store, store.checkWriting());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // It is logged.
    static void logFailure(PayloadStore store, CompletableFuture<?> check) {
        check.whenComplete((ignored, failure) -> {
            if (failure != null) {
                LOG.warn(
                        "The payload store cannot be used now: {}: {}",
                        store,
                        Failures.unwrap(failure).getMessage());
            }
        });
    }

    /** Values of more bytes than this are to be stored. */
    public int threshold() {
        return settings.thresholdBytes();
    }

    /**
     * Stores a payload. Waits where too many bytes are on their way already; if none are, the caller's own thread
     * hashes, compresses and begins to send it.
     *
     * @param topic of the record that will refer to it
     * @param payload not changed by the writer, and not to be changed until the future completes
     * @param contentType its media type; null if it is unknown
     * @return its reference; or an exception, a {@link PayloadException}: {@link RefusedPayloadException} if it is
     *     larger than allowed, {@link UnavailableStoreException} if the store was not available within the retry
     *     timeout
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
        boolean alone = share.isAlone();
        // Several payloads use all processors anyway; a single one is sent sooner if it is compressed while it is
        // hashed.
        PayloadEncoding encoding = alone
                ? PayloadEncoding.inBackground(settings.codec(), payload, executor)
                : PayloadEncoding.onDemand(settings.codec(), payload);
        return hash(payload, alone)
                .thenCompose(sha256 -> storeOnce(topic, payload, encoding, contentType, sha256, share)
                        .thenApply(kept ->
                                new PayloadReference(kept.uri(), payload.length, sha256, kept.codec(), contentType)))
                .whenComplete((reference, failure) -> {
                    metrics.endTransfer(payload.length);
                    encoding.end(share::release);
                    if (failure != null) {
                        metrics.countFailure(Failures.unwrap(failure));
                    }
                });
    }

    /** The payload, and a copy that may turn out to be no smaller. */
    private long mostBytes(byte[] payload) {
        return settings.codec() == Codec.NONE ? payload.length : 2L * payload.length;
    }

    /** A single payload is sent sooner without waking another thread. */
    private CompletableFuture<String> hash(byte[] payload, boolean alone) {
        return alone
                ? CompletableFuture.completedFuture(Sha256.of(payload))
                : CompletableFuture.completedFuture(payload).thenApplyAsync(Sha256::of, executor);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The returned future fails with the failure.
    private CompletableFuture<StoredCopy> storeOnce(
            String topic,
            byte[] payload,
            PayloadEncoding encoding,
            @Nullable String contentType,
            String sha256,
            ByteBudget.Share share) {
        ContentKey content = new ContentKey(topic, LocalDate.now(clock), sha256);
        CompletableFuture<StoredCopy> mine = new CompletableFuture<>();
        CompletableFuture<StoredCopy> other;
        synchronized (remembered) {
            other = remembered.putIfAbsent(content, mine);
        }
        if (other != null) {
            return other.thenCompose(copy -> canReuse(copy).thenCompose(reusable -> {
                if (reusable) {
                    metrics.countDuplicate();
                    return CompletableFuture.completedFuture(copy);
                }
                synchronized (remembered) {
                    remembered.remove(content, other);
                }
                return storeOnce(topic, payload, encoding, contentType, sha256, share);
            }));
        }
        send(content, payload, encoding, contentType, share).whenComplete((kept, failure) -> {
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

    /** Within a batch it is there; later it may have been deleted or erased, or expire before its next record does. */
    private CompletableFuture<Boolean> canReuse(StoredCopy copy) {
        Duration age = Duration.between(copy.stored(), clock.instant());
        return age.compareTo(SURELY_THERE) <= 0
                ? CompletableFuture.completedFuture(true)
                : store.canReuse(copy.uri(), age).exceptionally(failure -> false);
    }

    private CompletableFuture<StoredCopy> send(
            ContentKey content,
            byte[] payload,
            PayloadEncoding encoding,
            @Nullable String contentType,
            ByteBudget.Share share) {
        long start = System.nanoTime();
        try {
            return encoding.result().thenCompose(encoded -> put(content, payload, encoded, contentType, share, start));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<StoredCopy> put(
            ContentKey content,
            byte[] payload,
            Codec.Encoded encoded,
            @Nullable String contentType,
            ByteBudget.Share share,
            long start) {
        share.shrinkTo((long) payload.length + (encoded.codec() == Codec.NONE ? 0 : encoded.stored().length));
        PayloadObject object = new PayloadObject(
                content.topic(), content.day(), content.sha256(), encoded.codec(), contentType, encoded.stored());
        return store.put(object).thenApply(uri -> {
            metrics.countStored(uri, payload.length, encoded.stored().length, System.nanoTime() - start);
            return new StoredCopy(uri, encoded.codec(), clock.instant());
        });
    }

    /** Stores a payload and waits for it. */
    public PayloadReference writeNow(String topic, byte[] payload, @Nullable String contentType) {
        return Failures.await(write(topic, payload, contentType));
    }

    /** Waits for a payload that is being stored, or throws the reason for the failure. */
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
