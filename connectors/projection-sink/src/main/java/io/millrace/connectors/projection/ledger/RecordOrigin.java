package io.millrace.connectors.projection.ledger;

import java.util.Comparator;
import org.apache.kafka.common.TopicPartition;

/**
 * The place of a record in the topic in which it was written first.
 *
 * @param partition the partition
 * @param offset the offset in it
 */
public record RecordOrigin(TopicPartition partition, long offset) {
    /** As the records lie in their topics. */
    static final Comparator<RecordOrigin> ORDER = Comparator.comparing(
                    (RecordOrigin origin) -> origin.partition().topic())
            .thenComparing(origin -> origin.partition().partition())
            .thenComparing(RecordOrigin::offset);

    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
