package io.millrace.connectors.schedule;

import io.millrace.partitions.KafkaLogs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Topics as the brokers have them at present. Each call is a query. Safe for use by many threads. */
final class BrokerTopics implements TargetTopics {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerTopics.class);

    private final KafkaLogs logs;
    private final Optional<Function<String, NewTopic>> creation;

    /**
     * Topics.
     *
     * @param logs queries the brokers
     * @param creation what Connect creates if a topic does not exist; empty if it creates none
     */
    BrokerTopics(KafkaLogs logs, Optional<Function<String, NewTopic>> creation) {
        this.logs = logs;
        this.creation = creation;
    }

    /**
     * The largest message of a topic. If Connect is to create it, the brokers are asked whether they would permit that.
     *
     * @return bytes; empty if the topic does not exist
     */
    @Override
    public OptionalInt findLimit(String topic) {
        if (!exists(topic)) {
            creation.ifPresent(create -> requireCreatable(create.apply(topic)));
            return OptionalInt.empty();
        }
        try {
            String limit = logs.readSettings(List.of(topic))
                    .getOrDefault(topic, Map.of())
                    .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            return OptionalInt.of(limit == null ? Integer.MAX_VALUE : Integer.parseInt(limit));
        } catch (AuthorizationException e) {
            LOG.debug(
                    "The settings of {} cannot be read, so its {} is not checked",
                    topic,
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    e);
            return OptionalInt.of(Integer.MAX_VALUE);
        }
    }

    /** Without the permission to describe a topic, it does not exist for the connector. */
    private boolean exists(String topic) {
        try {
            return logs.countPartitions(List.of(topic)).containsKey(topic);
        } catch (AuthorizationException e) {
            LOG.debug("The topic {} cannot be described", topic, e);
            return false;
        }
    }

    /** The worker creates the topic as another user, so a missing permission of this one is not an obstacle. */
    private void requireCreatable(NewTopic topic) {
        try {
            logs.requireCreatable(topic);
        } catch (AuthorizationException e) {
            LOG.debug("Whether {} can be created is not known", topic.name(), e);
        }
    }
}
