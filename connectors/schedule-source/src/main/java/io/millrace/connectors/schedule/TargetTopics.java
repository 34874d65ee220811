package io.millrace.connectors.schedule;

import java.util.OptionalInt;
import org.apache.kafka.common.KafkaException;

/** The topics of messages. */
interface TargetTopics {
    /**
     * The largest message of a topic.
     *
     * @return bytes; empty if the topic does not exist and will not be created
     * @throws KafkaException if the brokers do not answer, or refuse to
     */
    OptionalInt findLimit(String topic);

    /** Takes a topic to which a message is sent, so that Connect creates it if it does not exist. */
    default void addSent(String topic) {}
}
