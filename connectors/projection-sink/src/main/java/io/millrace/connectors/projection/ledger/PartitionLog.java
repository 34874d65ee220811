package io.millrace.connectors.projection.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What Kafka says about a partition.
 *
 * @param clusterId the cluster's id; null if the brokers do not tell
 * @param topicId the id of the topic, which a topic that is created again does not have; null if the brokers do not tell
 * @param startOffset the offset of the first record that there is
 * @param endOffset the offset behind the last record
 */
public record PartitionLog(
        @Nullable String clusterId, @Nullable String topicId, long startOffset, long endOffset) {}
