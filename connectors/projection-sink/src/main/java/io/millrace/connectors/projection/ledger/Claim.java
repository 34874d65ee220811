package io.millrace.connectors.projection.ledger;

import org.apache.kafka.common.TopicPartition;

/**
 * A partition that this task owned when {@link Offsets} were last read.
 *
 * @param partition the original topic and partition
 * @param epoch grows with every task that takes the partition over
 * @param nextOffset the first offset that no committed transaction covers
 */
public record Claim(TopicPartition partition, long epoch, long nextOffset) {
    public Claim at(long offset) {
        return new Claim(partition, epoch, offset);
    }
}
