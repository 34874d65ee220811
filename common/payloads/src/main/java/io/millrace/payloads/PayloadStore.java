package io.millrace.payloads;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A place that keeps payloads. Safe for use by many threads; calls do not wait for the store, though {@link #put} may wait
 * for credentials.
 */
public interface PayloadStore extends AutoCloseable {
    /**
     * Keeps an object. When the future completes, it is as durable as the store makes anything, and can be read.
     *
     * @return its URI; or an exception: {@link UnavailableStoreException} if it may succeed later, another {@link
     *     PayloadException} where it will not
     */
    CompletableFuture<String> put(PayloadObject object);

    /**
     * The stored bytes, still compressed. Reads no more than the reference's size, and nothing outside of the store's own
     * location.
     *
     * @return or an exception: {@link RefusedPayloadException}, {@link MissingPayloadException}, {@link
     *     CorruptPayloadException} if there are more bytes than in the reference, {@link UnavailableStoreException}
     */
    CompletableFuture<byte[]> get(PayloadReference reference);

    /**
     * A URL from which anyone can read the stored bytes, without credentials and still compressed.
     *
     * @param validity how long it can be used
     * @return or an exception: {@link RefusedPayloadException} if the store has no such URLs
     */
    default CompletableFuture<String> presign(PayloadReference reference, Duration validity) {
        return CompletableFuture.failedFuture(
                new RefusedPayloadException(this + " has no URLs that others could read from"));
    }

    /** Whether a URI lies in this store's location; only then is it read. */
    boolean holds(String uri);

    /** Where payloads go, as the configuration names it; for messages. */
    @Override
    String toString();

    @Override
    void close();
}
