package io.millrace.connectors.projection.ledger;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Asks Kafka about partitions. */
@FunctionalInterface
public interface PartitionLogs {
    /** Nobody asks Kafka. */
    PartitionLogs UNKNOWN = partitions -> Map.of();

    /**
     * Reads the logs of partitions, within a bound of time.
     *
     * @return without the partitions that do not exist; empty if nobody asks Kafka
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
     */
    Map<TopicPartition, PartitionLog> readLogs(Collection<TopicPartition> partitions);
}
