package io.millrace.changes;

import java.util.Map;

/**
 * A {@link TopicPosition} in the form of Connect, made once for all records that have it: Connect hashes the source partition of each record, and
 * compares it with the former one. The maps are not modified.
 *
 * @param partition the source partition
 * @param offset the source offset
 */
public record SourcePosition(Map<String, Object> partition, Map<String, Object> offset) {
    /** The position in the form of Connect. */
    public static SourcePosition of(TopicPosition position) {
        return new SourcePosition(
                TopicPosition.toSourcePartition(position.topic(), position.partition()), position.toSourceOffset());
    }
}
