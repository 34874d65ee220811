package io.millrace.connectors.schedule;

import io.millrace.partitions.KafkaLogs;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics as the brokers have them. An answer is kept for half a minute, or for as long as the brokers do not give another one; the
 * answer that a topic does not exist, for a second. For use by one thread.
 */
final class KnownTopics implements TargetTopics {
    private static final Logger LOG = LoggerFactory.getLogger(KnownTopics.class);
    private static final long KEPT_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long MISSING_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_TOPICS = 10_000;

    private final KafkaLogs logs;
    private final boolean creates;
    private final LongSupplier nanos;
    private final Map<String, Answer> answers = new HashMap<>();

    private record Answer(OptionalInt limit, long until) {}

    /**
     * Topics.
     *
     * @param logs queries the brokers
     * @param creates whether Connect creates topics that do not exist
     * @param nanos a clock
     */
    KnownTopics(KafkaLogs logs, boolean creates, LongSupplier nanos) {
        this.logs = logs;
        this.creates = creates;
        this.nanos = nanos;
    }

    @Override
    public OptionalInt findLimit(String topic) {
        Answer known = answers.get(topic);
        if (known != null && nanos.getAsLong() - known.until() < 0) {
            return known.limit();
        }
        OptionalInt limit;
        try {
            limit = ask(topic);
        } catch (KafkaException e) {
            if (known == null || known.limit().isEmpty()) {
                throw e;
            }
            LOG.debug("Querying the topic {} failed, and the former answer is used", topic, e);
            limit = known.limit();
        }
        if (answers.size() >= MAX_TOPICS) {
            answers.clear();
        }
        answers.put(topic, new Answer(limit, nanos.getAsLong() + (limit.isPresent() ? KEPT_NANOS : MISSING_NANOS)));
        return limit;
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

    private OptionalInt ask(String topic) {
        if (!exists(topic)) {
            return creates ? OptionalInt.of(Integer.MAX_VALUE) : OptionalInt.empty();
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
}
