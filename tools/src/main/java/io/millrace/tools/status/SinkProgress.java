package io.millrace.tools.status;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How far a sink is.
 *
 * @param measure what has the offsets at which partitions resume
 * @param partitions its partitions
 */
record SinkProgress(Measure measure, List<PartitionProgress> partitions) {
    /** The store of the offsets. */
    enum Measure {
        LEDGER("the ledger"),
        CONSUMER_GROUP("the consumer group");

        private final String text;

        Measure(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * A partition.
     *
     * @param topic the topic
     * @param partition its number
     * @param next the offset at which it resumes; that of the first record if nothing was read yet
     * @param end the offset behind the last record
     */
    record PartitionProgress(String topic, int partition, long next, long end) {
        /** The number of offsets to read, those of transactions' marks among them. */
        long lag() {
            return Math.max(0, end - next);
        }
    }

    SinkProgress {
        partitions = List.copyOf(partitions);
    }

    long lag() {
        return partitions.stream().mapToLong(PartitionProgress::lag).sum();
    }

    /** The partition that is furthest behind; empty if none is behind. */
    Optional<PartitionProgress> largest() {
        return partitions.stream()
                .filter(partition -> partition.lag() > 0)
                .max(Comparator.comparing(PartitionProgress::lag));
    }
}
