package io.millrace.payloads;

import java.util.List;
import java.util.function.Consumer;

/** The objects below a location, for cleaning up and for erasing. Calls wait for the store. */
public interface StoredObjects extends AutoCloseable {
    /**
     * Visits each object whose name is that of a payload: {@code TOPIC/DAY/SHA256}, with a codec's suffix. Other
     * objects are ignored.
     *
     * @throws PayloadException if the location cannot be listed to its end
     */
    void forEach(Consumer<StoredObject> each);

    /**
     * Deletes objects; objects that no longer exist are ignored.
     *
     * @return how many of them the store keeps as former versions, which are still there and paid for
     * @throws PayloadException if one cannot be deleted; others may be
     */
    long delete(List<StoredObject> objects);

    /**
     * Puts an {@link ErasureMarker} in the place of each object, and removes all of its former versions. Objects that are erased
     * already may be erased again.
     *
     * @throws PayloadException if the bytes of one cannot be removed; others may be
     */
    void erase(List<StoredObject> objects);

    @Override
    void close();
}
