package io.millrace.spool;

import org.jspecify.annotations.Nullable;

/**
 * A header of a record.
 *
 * @param key may occur several times in a record
 * @param value null if the header has none
 */
@SuppressWarnings("ArrayRecordComponent") // They are never compared.
public record SpooledHeader(String key, byte @Nullable [] value) {
    /** Without the value. */
    @Override
    public String toString() {
        return key;
    }
}
