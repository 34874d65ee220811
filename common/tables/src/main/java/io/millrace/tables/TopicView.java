package io.millrace.tables;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * A topic as the brokers describe it at one moment.
 *
 * @param id changes if the topic is deleted and created again
 * @param starts the first offset of each partition
 * @param ends the high watermark of each partition; a reader of committed records reaches it if no transaction is open
 * @param stable the last stable offset of each partition: what a reader of committed records can reach now
 */
record TopicView(
        Uuid id,
        Map<TopicPartition, Long> starts,
        Map<TopicPartition, Long> ends,
        Map<TopicPartition, Long> stable,
        TopicPolicy policy) {

    TopicView {
        starts = new HashMap<>(starts);
        ends = new HashMap<>(ends);
        stable = new HashMap<>(stable);
    }
}
