package io.millrace.rules;

import io.millrace.expressions.Expression;
import io.millrace.expressions.Scope;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The value that chooses the partition of an event, {@code partition.by}. The partition is the one that Kafka's default
 * partitioner chooses for a record whose key is the value's text in UTF-8, or the value's bytes: {@code murmur2} modulo the
 * number of partitions. So events and the records of a producer with a {@code StringSerializer} and the same value are in one
 * partition.
 *
 * <p>Source of the formula: {@code BuiltInPartitioner.partitionForKey} of Kafka's clients.
 *
 * @param value a text, a whole number or bytes
 * @param counts the topics' numbers of partitions
 */
record PartitionKey(Expression value, PartitionCounts counts) {
    /**
     * The partition of the event of one change.
     *
     * @param topic the event's topic
     * @throws DataException if the value has no text, or the topic's number of partitions is not known
     */
    int choosePartition(String topic, Scope change) {
        int count = counts.find(topic)
                .orElseThrow(
                        () -> new DataException(
                                "the number of partitions of the computed topic is not known, which"
                                        + " 'partition.by' needs: expected an entry of topic.partitions that matches the topic"));
        return Utils.toPositive(Utils.murmur2(bytesOf(value.value(change)))) % count;
    }

    private static byte[] bytesOf(@Nullable Object value) {
        if (value instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        if (value instanceof Byte || value instanceof Short || value instanceof Integer || value instanceof Long) {
            return value.toString().getBytes(StandardCharsets.US_ASCII);
        }
        if (value instanceof BigDecimal decimal && decimal.scale() == 0) {
            // A BIGINT UNSIGNED.
            return decimal.toPlainString().getBytes(StandardCharsets.US_ASCII);
        }
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        if (value instanceof ByteBuffer buffer) {
            return Utils.toArray(buffer.duplicate());
        }
        throw new DataException("'partition.by' is "
                + (value == null ? "null" : "a " + value.getClass().getSimpleName())
                + "; expected a text, a whole number or bytes");
    }
}
