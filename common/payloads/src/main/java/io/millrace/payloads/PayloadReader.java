package io.millrace.payloads;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Reads payloads, and returns a payload only if it has the size and the hash of its reference. Reads only from the
 * locations that the configuration names.
 *
 * <p>Safe for use by many threads.
 */
public final class PayloadReader implements AutoCloseable {
    private final PayloadStore store;
    private final PayloadSettings settings;
    private final ByteBudget budget;
    private final PayloadMetrics metrics;
    private final Executor executor;
    private final boolean givesNullForErased;
    private final Runnable onClose;

    /**
     * For {@code Payloads}, which opens stores and threads.
     *
     * @param store closed with this
     * @param metrics closed with this
     * @param executor hashes and compresses
     * @param givesNullForErased whether null takes the place of an erased payload
     * @param onClose run when this is closed
     */
    public PayloadReader(
            PayloadStore store,
            PayloadSettings settings,
            PayloadMetrics metrics,
            Executor executor,
            boolean givesNullForErased,
            Runnable onClose) {
        this.store = store;
        this.settings = settings;
        this.budget = new ByteBudget(settings.inflightBytes());
        this.metrics = metrics;
        this.executor = executor;
        this.givesNullForErased = givesNullForErased;
        this.onClose = onClose;
    }

    /** Counts the payloads of this reader. */
    public PayloadMetrics metrics() {
        return metrics;
    }

    /** Whether null takes the place of an erased payload, if there may be one. */
    public boolean givesNullForErased() {
        return givesNullForErased;
    }

    /**
     * Begins to look whether the store can be used, and logs if it cannot. A wrong bucket or key would otherwise be noticed with the
     * first payload.
     */
    public void warnIfUnusable() {
        PayloadWriter.logFailure(store, store.checkReading());
    }

    /** How many bytes of payloads that are on their way may be in memory. */
    public long inflightBytes() {
        return settings.inflightBytes();
    }

    /**
     * Reads a payload. Waits only if too many bytes are in flight.
     *
     * @return the payload, byte for byte as it was stored; or an exception, a {@link PayloadException}: {@link
     *     RefusedPayloadException}, {@link MissingPayloadException}, {@link ErasedPayloadException}, {@link
     *     CorruptPayloadException}, or {@link UnavailableStoreException} where the store was not available within the retry timeout
     */
    public CompletableFuture<byte[]> read(PayloadReference reference) {
        try {
            requireReadable(reference);
        } catch (RefusedPayloadException e) {
            metrics.countFailure(e);
            return CompletableFuture.failedFuture(e);
        }
        int size = (int) reference.size();
        boolean compressed = reference.codec() != Codec.NONE;
        // The stored bytes may be as large as the payload; their size is unknown until they have arrived.
        ByteBudget.Share share = budget.acquire(compressed ? 2L * size : size);
        metrics.beginTransfer(size);
        long start = System.nanoTime();
        return store.get(reference)
                .thenApplyAsync(
                        stored -> {
                            share.shrinkTo((long) size + (compressed ? stored.length : 0));
                            return verify(reference, stored);
                        },
                        executor)
                .whenComplete((payload, failure) -> {
                    metrics.endTransfer(size);
                    share.release();
                    if (failure == null) {
                        metrics.countRestored(size, System.nanoTime() - start);
                    } else {
                        metrics.countFailure(Failures.unwrap(failure));
                    }
                });
    }

    /** Reads a payload and waits for it. */
    public byte[] readNow(PayloadReference reference) {
        return Failures.await(read(reference));
    }

    /**
     * A URL from which anyone can read the payload as it is stored, still compressed by the reference's codec. Nothing
     * is read, so neither size nor hash are verified.
     *
     * @param validity how long it can be used
     * @return or an exception, a {@link PayloadException}: {@link RefusedPayloadException} if the reference leads outside
     *     of what may be read or to a store without such URLs
     */
    public CompletableFuture<String> presign(PayloadReference reference, Duration validity) {
        try {
            requireReadable(reference);
        } catch (RefusedPayloadException e) {
            metrics.countFailure(e);
            return CompletableFuture.failedFuture(e);
        }
        return store.presign(reference, validity);
    }

    /** Waits for a payload that is being read, or throws the reason for the failure. */
    public static byte[] await(CompletableFuture<byte[]> payload) {
        return Failures.await(payload);
    }

    private void requireReadable(PayloadReference reference) {
        if (reference.size() > settings.maxBytes()) {
            throw new RefusedPayloadException("A payload's reference has " + reference.size() + " bytes, and "
                    + PayloadSettings.MAX_BYTES + " allows " + settings.maxBytes());
        }
        if (!store.holds(reference.uri())) {
            throw new RefusedPayloadException("A payload's reference leads to " + scheme(reference.uri())
                    + " outside of the permitted locations: " + store);
        }
    }

    private static String scheme(String uri) {
        return uri.substring(0, uri.indexOf(':') + 1);
    }

    private static byte[] verify(PayloadReference reference, byte[] stored) {
        if (ErasureMarker.isMarker(stored, reference.sha256())) {
            throw new ErasedPayloadException(reference.uri() + " was erased");
        }
        byte[] payload;
        try {
            payload = reference.codec().decode(stored, (int) reference.size());
        } catch (CorruptPayloadException e) {
            throw new CorruptPayloadException(reference.uri() + " " + e.getMessage(), e);
        }
        String sha256 = Sha256.of(payload);
        if (!sha256.equals(reference.sha256())) {
            throw new CorruptPayloadException(
                    reference.uri() + " has the SHA-256 " + sha256 + " and not " + reference.sha256());
        }
        return payload;
    }

    @Override
    public void close() {
        try (metrics;
                store) {
            onClose.run();
        }
    }
}
