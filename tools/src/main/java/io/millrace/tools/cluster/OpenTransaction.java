package io.millrace.tools.cluster;

import org.apache.kafka.common.TopicPartition;

/**
 * A transaction that a partition has no marker of.
 *
 * @param epoch the producer's epoch in the partition
 * @param coordinatorEpoch of the last marker of the producer in the partition; -1 if there is none
 * @param startOffset the first record of the transaction; committed records behind it cannot be read by read_committed readers
 * @param lastTimestampMs the time of its newest record, in milliseconds since 1970
 */
public record OpenTransaction(
        TopicPartition partition,
        long producerId,
        short epoch,
        int coordinatorEpoch,
        long startOffset,
        long lastTimestampMs) {}
