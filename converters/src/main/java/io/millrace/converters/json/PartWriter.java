package io.millrace.converters.json;

import org.jspecify.annotations.Nullable;

/** Writes a value, or a part of it: an element, a key, a field. Safe for several threads. */
interface PartWriter {
    /**
     * Writes what JsonConverter writes.
     *
     * @param value null is possible
     * @throws UnsupportedJsonException if JsonConverter has to decide; it also has to after any other exception
     */
    void write(JsonOutput out, @Nullable Object value) throws UnsupportedJsonException;
}
