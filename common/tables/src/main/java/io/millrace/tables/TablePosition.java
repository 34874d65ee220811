package io.millrace.tables;

import org.apache.kafka.common.TopicPartition;

/** The place of a record in a table's topic. */
public record TablePosition(TopicPartition partition, long offset) {
    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
