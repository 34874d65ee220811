package io.millrace.connectors.topic;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.config.ProcessingGuarantee;
import io.millrace.config.WrappedClass;
import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.StartPosition;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.storage.StringConverter;

/** The options of the connector. Those of its transforms, and of the converters that write events, are Connect's. */
final class TopicSourceOptions {
    /** The place where transactions end: after each batch. */
    static final String BOUNDARY = "poll";

    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final String NAME = "name";

    static final Option<List<String>> TOPICS = Option.list("source.topics")
            .valid("one or more topics, none twice", TopicSourceOptions::requireTopics)
            .required()
            .high("The topics that are read, by name, separated by commas. Each partition is read by one task. New"
                    + " partitions of a topic, and a topic that is created later, are read from their beginning.");

    static final Option<String> KEY_CONVERTER = converter("source.key.converter", "keys");

    static final Option<String> VALUE_CONVERTER = converter("source.value.converter", "values");

    static final Option<String> HEADER_CONVERTER = Option.string("source.header.converter")
            .valid(
                    "the full name of a header converter's class",
                    name -> WrappedClass.newInstance("source.header.converter", name, HeaderConverter.class))
            .defaultTo(StringConverter.class.getName())
            .medium("The full class name of the converter that decodes the headers of the topics' records. Options that"
                    + " begin with source.header.converter. are passed to it. The default keeps text as it is; Connect's"
                    + " SimpleHeaderConverter would turn 007 into a number.");

    static final Option<ProcessingGuarantee> GUARANTEE = ProcessingGuarantee.option()
            .high("exactly_once: the events of a batch and the positions in the topics are committed in one Kafka"
                    + " transaction. It needs exactly.once.source.support=enabled on the workers, which must be"
                    + " distributed workers, and exactly.once.support=required in this configuration. at_least_once:"
                    + " events may be sent again after a failure, with the same ce_id.");

    static final Option<StartPosition> START_POSITION = Option.string("start.position")
            .as("earliest, or a time such as 2026-01-31T12:00:00Z", StartPosition::parse)
            .defaultTo(StartPosition.EARLIEST)
            .medium("Where a partition begins that has no committed position: at its first record, or at the first"
                    + " record whose timestamp is not before a time. To begin with the records that are written from"
                    + " now on, set the present time.");

    static final Option<Integer> MAX_POLL_RECORDS = Option.int32("max.poll.records")
            .defaultTo(5_000)
            .atLeast(1)
            .medium("The largest number of records of a batch. With exactly_once each batch is one transaction.");

    static final Option<String> HEARTBEAT_TOPIC = Option.string("heartbeat.topic")
            .valid("the name of a topic", TopicSourceOptions::requireTopic)
            .crossChecked(TopicSourceOptions::requireNotRead)
            .medium(
                    "The topic of the heartbeats, which commit the position if the transforms drop all records. Default:"
                            + " the connector's name and '.heartbeat'.");

    static final Option<Long> HEARTBEAT_INTERVAL_MS = Option.int64("heartbeat.interval.ms")
            .defaultTo(10_000L)
            .atLeast(1)
            .medium(
                    "The minimum interval between heartbeats. No heartbeat is sent for a partition whose last record was"
                            + " sent. A heartbeat is also sent when max.poll.records records in a row were dropped.");

    static final Option<String> UNDECODABLE_TOPIC = Option.string("undecodable.topic")
            .valid("the name of a topic", TopicSourceOptions::requireTopic)
            .crossChecked(TopicSourceOptions::requireNotRead)
            .high("The topic for records that a source converter cannot decode, with their original bytes and with"
                    + " headers that contain the reason, in the transaction of the batch. It requires"
                    + " io.millrace.converters.OriginalBytesConverter as key.converter, value.converter and"
                    + " header.converter. If it is not set, such a record stops the task.");

    static final Option<Long> RETRY_TIMEOUT_MS = Option.int64("retry.timeout.ms")
            .defaultTo(300_000L)
            .atLeast(0)
            .low("How long the connector waits for brokers, or a source converter's schema registry, that do not"
                    + " respond, before it fails.");

    static final Option<Long> REFRESH_INTERVAL_MS = Option.int64("source.refresh.interval.ms")
            .defaultTo(10_000L)
            .atLeast(100)
            .low("The time between two queries for new topics and partitions.");

    static final OptionSet ALL = OptionSet.of(
                    TOPICS,
                    KEY_CONVERTER,
                    VALUE_CONVERTER,
                    HEADER_CONVERTER,
                    GUARANTEE,
                    START_POSITION,
                    MAX_POLL_RECORDS,
                    HEARTBEAT_TOPIC,
                    HEARTBEAT_INTERVAL_MS,
                    UNDECODABLE_TOPIC,
                    RETRY_TIMEOUT_MS,
                    REFRESH_INTERVAL_MS)
            .and(BrokerOptions.ALL);

    private TopicSourceOptions() {}

    private static Option<String> converter(String name, String what) {
        return Option.string(name)
                .valid(
                        "the full name of a converter's class",
                        type -> WrappedClass.newInstance(name, type, Converter.class))
                .required()
                .high("The full class name of the converter that decodes the " + what + " of the topics' records."
                        + " Options that begin with " + name + ". are passed to it.");
    }

    /** The options of a converter, under their own names. */
    static Map<String, Object> ofConverter(Option<String> converter, AbstractConfig config) {
        return config.originalsWithPrefix(converter.name() + ".");
    }

    /** The topic of the heartbeats. */
    static String heartbeatTopic(AbstractConfig config) {
        return HEARTBEAT_TOPIC.find(config).orElseGet(() -> nameOf(config) + ".heartbeat");
    }

    /** The connector's name, which Connect requires. */
    static String nameOf(AbstractConfig config) {
        return String.valueOf(config.originals().getOrDefault(NAME, "topic-source"));
    }

    /** The time that the connector waits for others. */
    static Duration patience(AbstractConfig config) {
        return Duration.ofMillis(RETRY_TIMEOUT_MS.get(config));
    }

    private static void requireTopics(List<String> topics) {
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("expected one or more topics");
        }
        topics.forEach(TopicSourceOptions::requireTopic);
        if (new HashSet<>(topics).size() < topics.size()) {
            throw new IllegalArgumentException("a topic occurs twice");
        }
    }

    private static void requireTopic(String topic) {
        if (!TOPIC.matcher(topic).matches()) {
            throw new IllegalArgumentException(
                    "expected the name of a topic: letters, digits, '.', '_' and '-', found '" + topic + "'");
        }
    }

    private static void requireNotRead(String option, Map<String, Object> values) {
        Object topic = values.get(option);
        if (topic != null && TOPICS.find(values).orElse(List.of()).contains(topic.toString())) {
            throw new ConfigException(option, topic, "expected a topic that is not in " + TOPICS);
        }
    }
}
