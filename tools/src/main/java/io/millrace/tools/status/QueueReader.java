package io.millrace.tools.status;

import io.millrace.connectors.redrive.letters.DeadLetter;
import io.millrace.partitions.PartitionLog;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.TopicReader;
import io.millrace.tools.cluster.UnreachableException;
import io.millrace.tools.deadletters.ReasonCount;
import io.millrace.tools.input.UsageException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Counts the records of dead letter queues. Needs Read and Describe on the queues.
 *
 * @param kafka the brokers
 * @param client the settings of the consumer
 * @param most how many of the newest records are read of each partition
 */
record QueueReader(KafkaCluster kafka, Properties client, long most) {
    /**
     * Counts a connector's records in its queue. Of a queue that several connectors use, those of the others are left out.
     *
     * @param notes is given a sentence if the queue cannot be read
     * @return empty if the connector has no queue, or it cannot be read
     */
    Optional<QueueCount> count(ConnectorStatus connector, Consumer<String> notes) {
        Optional<String> queue = connector.deadLetterQueue();
        if (queue.isEmpty()) {
            return Optional.empty();
        }
        try {
            Set<TopicPartition> partitions = kafka.findPartitions(List.of(queue.get()));
            if (partitions.isEmpty()) {
                // Connect creates it when the connector starts, or with the first record.
                return Optional.of(new QueueCount(queue.get(), true, List.of()));
            }
            Map<TopicPartition, PartitionLog> logs = kafka.readLogs(partitions);
            boolean complete = logs.values().stream().allMatch(log -> log.endOffset() - log.startOffset() <= most);
            ReasonCount.Tally tally = new ReasonCount.Tally();
            try (TopicReader reader = new TopicReader(List.of(queue.get()), client)) {
                reader.skipToNewest(most);
                reader.readToEnd(record -> {
                    DeadLetter letter = DeadLetter.of(record);
                    if (letter.connector().map(connector.name()::equals).orElse(true)) {
                        tally.add(letter);
                    }
                });
            }
            return Optional.of(new QueueCount(queue.get(), complete, tally.counts()));
        } catch (UnreachableException | UsageException e) {
            notes.accept("the dead letter queue " + queue.get() + " cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }
}
