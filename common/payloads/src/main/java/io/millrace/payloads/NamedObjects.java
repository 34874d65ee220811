package io.millrace.payloads;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Objects of any name below a location, for formats that name their objects themselves. A name consists of parts of letters, digits,
 * {@code . _ -}, separated by slashes. An object appears when all of it is stored, and replaces one of the same name. Safe for use by
 * many threads.
 */
public interface NamedObjects extends AutoCloseable {
    /**
     * An object that was listed.
     *
     * @param name below the location
     * @param bytes its size
     * @param modified when it was stored, by the clock of the store
     */
    record Entry(String name, long bytes, Instant modified) {}

    /**
     * Stores an object. A failed call is not repeated: it may have been stored nevertheless.
     *
     * @return fails with a {@link PayloadException}
     */
    CompletableFuture<Void> put(String name, byte[] content);

    /**
     * Reads an object.
     *
     * @param maxBytes larger objects are refused, before they are read
     * @return fails with a {@link PayloadException}; {@link MissingPayloadException} if there is no such object
     */
    CompletableFuture<byte[]> get(String name, int maxBytes);

    /**
     * Lists the objects whose names begin with a prefix, in the order of the names. Waits for the store, and repeats transient failures a
     * few times.
     *
     * @return none if the location does not exist yet
     * @throws PayloadException if they cannot be listed to the end
     */
    List<Entry> list(String prefix);

    /**
     * Deletes objects; those that no longer exist are ignored. Waits for the store, and repeats transient failures a few times.
     *
     * @throws PayloadException if one cannot be deleted; others may be
     */
    void delete(Collection<String> names);

    /** How the location is configured. */
    @Override
    String toString();

    @Override
    void close();
}
