package io.millrace.connectors.schedule.faults;

import org.apache.kafka.common.TopicPartition;

/**
 * A command of the traffic that is in the requests topic.
 *
 * @param number counts the commands; the payload of its messages
 * @param due when its first message is due; -1 for a cancel
 * @param messages how many messages it has, a minute apart; 0 for a cancel
 */
record SentCommand(TopicPartition partition, long offset, String id, long number, long due, int messages) {
    boolean isCancel() {
        return messages == 0;
    }

    String place() {
        return partition + "@" + offset;
    }
}
