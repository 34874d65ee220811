package io.millrace.payloads.connect;

import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A value that is to be replaced.
 *
 * @param path its path
 * @param schema its own schema; null without schemas
 * @param target the schema of its replacement; null without schemas
 * @param value never null
 */
record Leaf(
        ValuePath path, @Nullable Schema schema, @Nullable Schema target, Object value) {
    @Override
    public String toString() {
        return path.toString();
    }
}
