package io.millrace.connectors.redrive;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.config.ProcessingGuarantee;
import io.millrace.connectors.redrive.letters.LetterCondition;
import io.millrace.connectors.redrive.letters.LetterFormat;
import io.millrace.connectors.redrive.letters.RedriveTarget;
import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.SourceChecks;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** The options of the connector. */
final class RedriveSourceOptions {
    /** The place where transactions end: after a batch, whose last record the connector names. */
    static final String BOUNDARY = SourceChecks.OWN_BOUNDARY;

    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final String NAME = "name";

    static final Option<List<String>> TOPICS = Option.list("letters.topics")
            .valid("one or more topics, none twice", RedriveSourceOptions::requireTopics)
            .required()
            .high("The dead letter queues, by name, separated by commas. Each partition is read by one task, from its"
                    + " beginning.");

    static final Option<LetterFormat> FORMAT = Option.string("letters.format")
            .as("headers, connect, spring, or TOPIC,PARTITION,OFFSET,CONSUMER,REASON", LetterFormat::parse)
            .defaultTo("headers")
            .medium("The headers that state where a letter comes from and why. connect: those of Connect's dead letter"
                    + " queues, with errors.deadletterqueue.context.headers.enable=true. spring: those of Spring for"
                    + " Kafka. headers: whichever a letter has. Otherwise the names of five headers: of the topic, the"
                    + " partition and the offset of the record, of the connector or consumer group that failed, and of"
                    + " the reason. Of equal headers the last one counts. The headers millrace.error.* count first.");

    static final Option<LetterCondition> WHERE = Option.string("where")
            .as("a condition in CEL", LetterCondition::parse)
            .optional()
            .high(
                    "Which letters come back, as a condition in CEL over headers, key, topic, connector, error, attempt and"
                            + " age in seconds, for example: topic == 'shop.orders' && age < 86400. It is evaluated when a"
                            + " letter is read; other letters stay in the queue. A letter for which it cannot be evaluated is"
                            + " parked. If it is not set, all come back.");

    static final Option<RedriveBackoff> BACKOFF = Option.list("backoff")
            .as(RedriveBackoff.EXPECTED, RedriveBackoff::parse)
            .defaultTo("1m,10m,1h")
            .high("How long a letter waits before it comes back: after the first refusal, after the second, and so on;"
                    + " the last one counts for all further ones. A letter that is held behind another one of its key"
                    + " waits for that one.");

    static final Option<Integer> MAX_ATTEMPTS = Option.int32("max.attempts")
            .defaultTo(5)
            .atLeast(1)
            .high("How many times a record is brought back. If it is refused after that, it is sent to the topic"
                    + " NAME.parked, where NAME is the connector that refused it. Records that were held behind another"
                    + " one count no attempt.");

    static final Option<RedriveTarget> TARGET = Option.string("target")
            .as("retry, original, or the name of a topic", RedriveTarget::parse)
            .defaultTo("retry")
            .crossChecked(RedriveSourceOptions::requireNotRead)
            .high(
                    "Where letters go. retry: to NAME.retry, where NAME is the connector that refused the record, so that no"
                            + " other consumer reads it again; a sink of Millrace needs hold.key.order=true for it. original: to"
                            + " the topic it came from, where every consumer reads it again. Otherwise a topic. The topic must"
                            + " exist. A letter whose headers do not contain what the target needs is parked.");

    static final Option<String> STATE_TOPIC = Option.string("state.topic")
            .valid("the name of a topic", RedriveSourceOptions::requireTopic)
            .crossChecked(RedriveSourceOptions::requireNotRead)
            .medium(
                    "The compacted topic with the letters that wait, which no one else may write. It is created with one"
                            + " partition if it does not exist. The default is NAME.state, where NAME is this connector's name.");

    static final Option<ProcessingGuarantee> GUARANTEE = ProcessingGuarantee.option()
            .high(
                    "exactly_once: what is sent, the letters that wait and the positions in the queues are committed in one"
                            + " Kafka transaction. It needs exactly.once.source.support=enabled on the workers, which must be"
                            + " distributed workers, and exactly.once.support=required and transaction.boundary=connector in"
                            + " this configuration. at_least_once: after a failure, letters may be sent again, also before letters"
                            + " of their key that wait; only a sink with hold.key.order=true skips what it has taken.");

    static final Option<Integer> MAX_POLL_RECORDS = Option.int32("max.poll.records")
            .defaultTo(5_000)
            .atLeast(1)
            .medium(
                    "The largest number of letters that are read, and of letters that are sent when they are due, in one"
                            + " transaction. Of those that are due, fewer are sent if they have more than 8 MiB.");

    static final Option<Long> MAX_BYTES = Option.int64("max.bytes")
            .defaultTo(256L << 20)
            .atLeast(1 << 20)
            .medium(
                    "How many bytes of a task's heap the waiting letters take. Beyond it no further letters are read until"
                            + " some are due; they stay in the queue.");

    static final Option<Long> RETRY_TIMEOUT_MS = Option.int64("retry.timeout.ms")
            .defaultTo(300_000L)
            .atLeast(0)
            .low("How long the connector waits for brokers that do not respond, before it fails.");

    static final Option<Long> REFRESH_INTERVAL_MS = Option.int64("letters.refresh.interval.ms")
            .defaultTo(10_000L)
            .atLeast(100)
            .low("The time between two queries for new queues and partitions.");

    static final OptionSet ALL = OptionSet.of(
                    TOPICS,
                    FORMAT,
                    WHERE,
                    BACKOFF,
                    MAX_ATTEMPTS,
                    TARGET,
                    STATE_TOPIC,
                    GUARANTEE,
                    MAX_POLL_RECORDS,
                    MAX_BYTES,
                    RETRY_TIMEOUT_MS,
                    REFRESH_INTERVAL_MS)
            .and(BrokerOptions.ALL);

    private RedriveSourceOptions() {}

    static RedrivePolicy policy(AbstractConfig config) {
        return new RedrivePolicy(
                FORMAT.get(config),
                WHERE.find(config),
                BACKOFF.get(config),
                MAX_ATTEMPTS.get(config),
                TARGET.get(config));
    }

    /** The topic with the letters that wait. */
    static String stateTopic(AbstractConfig config) {
        return STATE_TOPIC.find(config).orElseGet(() -> nameOf(config) + ".state");
    }

    /** The connector's name, which Connect requires. */
    static String nameOf(AbstractConfig config) {
        return String.valueOf(config.originals().getOrDefault(NAME, "redrive-source"));
    }

    /** The time that the connector waits for brokers. */
    static Duration patience(AbstractConfig config) {
        return Duration.ofMillis(RETRY_TIMEOUT_MS.get(config));
    }

    private static void requireTopics(List<String> topics) {
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("expected one or more topics");
        }
        topics.forEach(RedriveSourceOptions::requireTopic);
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
