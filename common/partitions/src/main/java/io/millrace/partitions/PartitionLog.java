package io.millrace.partitions;

import org.jspecify.annotations.Nullable;

/**
 * The state of a partition in Kafka.
 *
 * @param clusterId the cluster's id; null if the brokers do not return it
 * @param topicId the id of the topic, which changes if the topic is created again; null if the brokers do not return it
 * @param startOffset the offset of the first existing record
 * @param endOffset the offset after the last record
 */
public record PartitionLog(
        @Nullable String clusterId, @Nullable String topicId, long startOffset, long endOffset) {}
