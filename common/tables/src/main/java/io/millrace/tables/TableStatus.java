package io.millrace.tables;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * The status of a table at one moment.
 *
 * @param reason why it is not ready, or not current
 * @param staleness since when the table has not been proved to contain everything that was in its topic; empty before it was
 *     complete
 * @param partitions how far each partition is read
 * @param bytes what the entries occupy in the heap
 * @param recordsRead since the table was opened
 * @param undecodable records that were skipped
 * @param reloads how often the topic was loaded again
 */
public record TableStatus(
        TableState state,
        Optional<String> reason,
        Optional<Duration> staleness,
        Map<TopicPartition, Progress> partitions,
        int entries,
        long bytes,
        long recordsRead,
        long undecodable,
        long reloads) {

    public TableStatus {
        partitions = Map.copyOf(partitions);
    }

    /**
     * How far a partition is read.
     *
     * @param position the offset of the next record
     * @param target the offset that it must reach
     */
    public record Progress(long position, long target) {}
}
