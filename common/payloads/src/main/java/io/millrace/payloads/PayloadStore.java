package io.millrace.payloads;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A store of payloads. Safe for use by many threads; calls do not wait for the store, though {@link #put} and {@link #get} may
 * wait for credentials. What follows a returned future may run on a thread of the store's client and must not wait.
 */
public interface PayloadStore extends AutoCloseable {
    /**
     * Stores an object. When the future completes, the object is durable and can be read.
     *
     * @return its URI; or an exception: {@link UnavailableStoreException} if a retry may succeed, otherwise another
     *     {@link PayloadException}
     */
    CompletableFuture<String> put(PayloadObject object);

    /**
     * Checks whether objects can be put; nothing is stored. A property that cannot be checked without storing counts as possible.
     *
     * @return or an exception: why it cannot be used now
     */
    default CompletableFuture<?> checkWriting() {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Checks whether payloads can be read.
     *
     * @return or an exception: why it cannot be used now
     */
    default CompletableFuture<?> checkReading() {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Whether a URI that {@link #put} returned may be returned again without another put: its payload is there, has not been erased,
     * and stays for as long as one that is stored now.
     *
     * @param age how long ago it was stored
     * @return never an exception that matters: a payload that may be missing is stored again
     */
    default CompletableFuture<Boolean> canReuse(String uri, Duration age) {
        return CompletableFuture.completedFuture(true);
    }

    /**
     * The stored bytes, still compressed; or the {@link ErasureMarker} in their place. Reads no more than the reference's size,
     * which a marker may exceed, and nothing outside of the store's own
     * location.
     *
     * @return or an exception: {@link RefusedPayloadException}, {@link MissingPayloadException},
     *     {@link CorruptPayloadException} if there are more bytes than in the reference,
     *     {@link UnavailableStoreException}
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
                new RefusedPayloadException(this + " does not support URLs for other readers"));
    }

    /** Whether a URI lies in this store's location; only then is it read. */
    boolean holds(String uri);

    /** The location as the configuration names it, for messages. */
    @Override
    String toString();

    @Override
    void close();
}
