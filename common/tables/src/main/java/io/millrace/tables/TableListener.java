package io.millrace.tables;

import org.jspecify.annotations.Nullable;

/** Is called by a table's loader for each change; it must return soon, because the table is not updated meanwhile. */
@FunctionalInterface
public interface TableListener<K, V> {
    /**
     * A key has another value.
     *
     * @param value null if the key was removed
     */
    void changed(K key, @Nullable V value);
}
