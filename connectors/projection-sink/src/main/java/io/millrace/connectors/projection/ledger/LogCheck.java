package io.millrace.connectors.projection.ledger;

import io.millrace.partitions.PartitionLog;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares an offset that was committed with the partition as Kafka has it now. An offset alone cannot show that a topic was
 * created again and has grown past it. The retry topic may be another one: a record that comes back takes effect only if it is held.
 *
 * @param connector the connector's name, for the remedy
 * @param retryTopic the topic by which held records come back; empty if none are held
 */
public record LogCheck(String connector, String retryTopic) {
    private static final Logger LOG = LoggerFactory.getLogger(LogCheck.class);

    /**
     * Checks that a committed offset belongs to this log.
     *
     * @param nextOffset the committed offset; 0 if nothing was read
     * @param clusterId the cluster that it was read from; null if that is unknown
     * @param topicId the topic that it was read from; null if that is unknown
     * @return the offset to resume at, which is the start of the log if records were deleted
     * @throws ConnectException if the topic or the cluster is another one, or the log ends before the offset
     */
    public long findResumeOffset(
            TopicPartition partition,
            long nextOffset,
            @Nullable String clusterId,
            @Nullable String topicId,
            PartitionLog log) {
        if (isOtherRetryTopic(partition, nextOffset, topicId, log)) {
            LOG.warn("{} was created again; the sink reads it from its first record", partition);
            return log.startOffset();
        }
        if (nextOffset > 0 && differ(clusterId, log.clusterId())) {
            throw mismatch(partition, nextOffset, clusterId, topicId, log, "the brokers are another cluster");
        }
        if (nextOffset > 0 && differ(topicId, log.topicId())) {
            throw mismatch(partition, nextOffset, clusterId, topicId, log, "the topic was deleted and created again");
        }
        if (nextOffset > log.endOffset()) {
            throw mismatch(
                    partition,
                    nextOffset,
                    clusterId,
                    topicId,
                    log,
                    "the log ends before the offset: the topic was created again, truncated or restored");
        }
        if (nextOffset < log.startOffset()) {
            if (nextOffset > 0) {
                LOG.warn(
                        "Records were deleted before the sink read them: {} from offset {} to {};"
                                + " it resumes at offset {}",
                        partition,
                        nextOffset,
                        log.startOffset() - 1,
                        log.startOffset());
            }
            return log.startOffset();
        }
        return nextOffset;
    }

    private boolean isOtherRetryTopic(
            TopicPartition partition, long nextOffset, @Nullable String topicId, PartitionLog log) {
        return partition.topic().equals(retryTopic)
                && nextOffset > 0
                && (differ(topicId, log.topicId()) || nextOffset > log.endOffset());
    }

    /**
     * Checks that the log of a running task is the one that it claimed.
     *
     * @param before the log as it was claimed
     * @throws ConnectException if it is another one
     */
    public void requireSame(TopicPartition partition, long nextOffset, PartitionLog before, PartitionLog now) {
        if (isOtherRetryTopic(partition, nextOffset, before.topicId(), now)) {
            throw new ConnectException(
                    "The topic " + retryTopic + " was deleted and created again. Restart the task: it"
                            + " reads the new topic from its first record, and records that are not held are skipped");
        }
        findResumeOffset(partition, nextOffset, before.clusterId(), before.topicId(), now);
    }

    private static boolean differ(@Nullable String known, @Nullable String found) {
        return known != null && found != null && !known.equals(found);
    }

    private ConnectException mismatch(
            TopicPartition partition,
            long nextOffset,
            @Nullable String clusterId,
            @Nullable String topicId,
            PartitionLog log,
            String reason) {
        return new ConnectException("Cannot resume " + partition + ": " + reason + ". Expected offset " + nextOffset
                + describe(topicId, clusterId) + "; found the offsets " + log.startOffset() + " to " + log.endOffset()
                + describe(log.topicId(), log.clusterId()) + ". Stop the connector. To read the topic from its first"
                + " record, reset the offsets (DELETE /connectors/" + connector + "/offsets); if the topic has the same"
                + " records at the same or other offsets, set the offsets to resume at (PATCH /connectors/" + connector
                + "/offsets). Then resume the connector");
    }

    private static String describe(@Nullable String topicId, @Nullable String clusterId) {
        return " (topic id " + (topicId == null ? "unknown" : topicId) + ", cluster id "
                + (clusterId == null ? "unknown" : clusterId) + ")";
    }
}
