package io.millrace.payloads;

import java.util.List;
import java.util.function.Consumer;

/** The objects below a location, for cleaning up. Calls wait for the store. */
public interface StoredObjects extends AutoCloseable {
    /**
     * Shows each object whose name is one that a payload has: {@code TOPIC/DAY/SHA256}, with a codec's suffix. Whatever else
     * lies there is not looked at.
     *
     * @throws PayloadException if the location cannot be listed to its end
     */
    void forEach(Consumer<StoredObject> each);

    /**
     * Deletes objects; objects that no longer exist are ignored.
     *
     * @throws PayloadException if one cannot be deleted; others may be
     */
    void delete(List<StoredObject> objects);

    @Override
    void close();
}
