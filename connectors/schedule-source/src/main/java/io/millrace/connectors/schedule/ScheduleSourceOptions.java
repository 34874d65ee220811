package io.millrace.connectors.schedule;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.config.ProcessingGuarantee;
import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.StateTopic;
import io.millrace.timers.PastDue;
import io.millrace.timers.PastDuePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** The options of the connector. */
final class ScheduleSourceOptions {
    private static final Pattern TOPIC_NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final String NAME = "name";
    private static final String CREATION = "topic.creation.default.";
    /** Of Connect: a topic of the connector's own for its offsets, which its producer may not write to besides. */
    private static final String OFFSETS_TOPIC = "offsets.storage.topic";
    /** Schedules that have ended and are remembered, so that a cancel that comes too late is told from one of an unknown id. */
    private static final int MAX_ENDED = 100_000;

    static final Option<String> REQUESTS_TOPIC = topic("requests.topic")
            .required()
            .high("The topic of the commands: the key is the schedule's id, the value is the payload of its messages,"
                    + " headers contain the rest. It must exist, and the number of its partitions must not change.");

    static final Option<String> SCHEDULES_TOPIC = topic("schedules.topic")
            .crossChecked(ScheduleSourceOptions::requireOther)
            .required()
            .high("The topic of the schedules, which the connector alone writes. If it does not exist, the connector"
                    + " creates it: compacted, with as many partitions as requests.topic. It must not be deleted.");

    static final Option<String> REPLIES_TOPIC = topic("replies.topic")
            .crossChecked(ScheduleSourceOptions::requireOther)
            .high("The topic of the replies: whether a command was accepted, has replaced or cancelled a schedule, came"
                    + " too late, is of an unknown id, or was refused, and which occurrences were skipped. If it is not"
                    + " set, no replies are sent.");

    static final Option<Pattern> TARGETS = Option.string("targets")
            .as("a regular expression", Pattern::compile)
            .required()
            .high("The topics that schedules may name, a regular expression of whole names. It bounds what the writers"
                    + " of commands can write: messages are sent with the permissions of the worker.");

    static final Option<ProcessingGuarantee> GUARANTEE = ProcessingGuarantee.option()
            .high("exactly_once: messages, replies, the schedules' state and the position in requests.topic are"
                    + " committed in one Kafka transaction. It needs exactly.once.source.support=enabled on the workers,"
                    + " which must be distributed workers, and exactly.once.support=required in this configuration."
                    + " at_least_once: messages may be sent again after a failure, with the same ce_id. Both need"
                    + " transaction.boundary=connector.");

    static final Option<PastDuePolicy> PAST_DUE = Option.choice("past.due", PastDuePolicy.class)
            .medium("What is done with occurrences that are past due, for example after an outage, unless the command"
                    + " sets it: fire sends all of them, skip sends none, last sends the last one of each schedule. If"
                    + " it is not set, it is fire for schedules that are due once, and last for recurring ones.");

    static final Option<Long> PAST_DUE_TOLERANCE_MS = Option.int64("past.due.tolerance.ms")
            .defaultTo(30_000L)
            .atLeast(0)
            .low("Up to this age an occurrence is not past due: it is always sent. It is for ordinary delays, such as"
                    + " a rebalance.");

    static final Option<Long> PAST_DUE_WINDOW_MS = Option.int64("past.due.window.ms")
            .atLeast(0)
            .crossChecked(ScheduleSourceOptions::requireWindow)
            .medium("Occurrences that are older are skipped, whatever past.due is. If it is not set, none is too old.");

    static final Option<Long> PAST_DUE_RATE = Option.int64("past.due.rate")
            .between(1, 1_000_000)
            .medium("How many messages that are past due each task sends in a second, so that an outage does not end"
                    + " with a flood. Messages that are on time do not wait for them. If it is not set, all are sent at"
                    + " once.");

    static final Option<Integer> MAX_SCHEDULE_BYTES = Option.int32("max.schedule.bytes")
            .defaultTo(1_000_000)
            .atLeast(1)
            .medium("The largest schedule: its id, headers and payload. Larger ones are refused. It must be 16384 less"
                    + " than max.request.size of the worker's producer, and than max.message.bytes of schedules.topic;"
                    + " the default is for their defaults.");

    static final Option<Long> MAX_BYTES = Option.int64("max.bytes")
            .defaultTo(256L << 20)
            .atLeast(1 << 20)
            .medium("The heap for the schedules of a task. Commands that do not fit are refused. A schedule takes about"
                    + " 100 bytes, its headers and its payload.");

    static final Option<Integer> MAX_POLL_RECORDS = Option.int32("max.poll.records")
            .defaultTo(10_000)
            .atLeast(1)
            .low("The largest number of commands, and of records of fired schedules, in a transaction.");

    static final Option<Long> RETRY_TIMEOUT_MS = Option.int64("retry.timeout.ms")
            .defaultTo(300_000L)
            .atLeast(0)
            .low("How long the connector waits for brokers that do not respond, before it fails.");

    static final Option<Long> COMMANDS_TIMEOUT_MS = Option.int64("commands.timeout.ms")
            .defaultTo(60_000L)
            .atLeast(0)
            .low("How long nothing fires after the start of a task while a transaction of a service is open and hides"
                    + " commands that existed at the start. One of them may be a cancel.");

    static final OptionSet ALL = OptionSet.of(
                    REQUESTS_TOPIC,
                    SCHEDULES_TOPIC,
                    REPLIES_TOPIC,
                    TARGETS,
                    GUARANTEE,
                    PAST_DUE,
                    PAST_DUE_WINDOW_MS,
                    PAST_DUE_RATE,
                    PAST_DUE_TOLERANCE_MS,
                    MAX_SCHEDULE_BYTES,
                    MAX_BYTES,
                    MAX_POLL_RECORDS,
                    RETRY_TIMEOUT_MS,
                    COMMANDS_TIMEOUT_MS)
            .and(BrokerOptions.ALL);

    private ScheduleSourceOptions() {}

    private static Option<String> topic(String name) {
        return Option.string(name).valid("the name of a topic", topic -> {
            if (!TOPIC_NAME.matcher(topic).matches()) {
                throw new IllegalArgumentException(
                        "expected the name of a topic: letters, digits, '.', '_' and '-', found '" + topic + "'");
            }
        });
    }

    private static void requireOther(String option, Map<String, Object> values) {
        Object topic = values.get(option);
        for (Option<String> other : List.of(REQUESTS_TOPIC, SCHEDULES_TOPIC)) {
            if (topic != null && !other.name().equals(option) && topic.equals(values.get(other.name()))) {
                throw new ConfigException(option, topic, "expected another topic than " + other);
            }
        }
    }

    private static void requireWindow(String option, Map<String, Object> values) {
        Object window = values.get(option);
        Object tolerance = values.get(PAST_DUE_TOLERANCE_MS.name());
        if (window instanceof Long most && tolerance instanceof Long least && most < least) {
            throw new ConfigException(
                    option, window, "expected at least " + PAST_DUE_TOLERANCE_MS + ", which is " + least);
        }
    }

    /** The connector's name, which Connect requires. */
    static String nameOf(AbstractConfig config) {
        return String.valueOf(config.originals().getOrDefault(NAME, "schedule-source"));
    }

    /** The time that the connector waits for brokers. */
    static Duration patience(AbstractConfig config) {
        return Duration.ofMillis(RETRY_TIMEOUT_MS.get(config));
    }

    /** The topic of the schedules. */
    static StateTopic stateTopic(AbstractConfig config) {
        return new StateTopic(SCHEDULES_TOPIC.get(config), REQUESTS_TOPIC.get(config));
    }

    /** What Connect creates for a topic that does not exist; empty if it creates none. */
    static Optional<Function<String, NewTopic>> creation(AbstractConfig config) {
        Map<String, Object> options = config.originals();
        return options.containsKey(CREATION + "replication.factor")
                ? Optional.of(topic -> new NewTopic(
                        topic,
                        findNumber(options, CREATION + "partitions").map(Long::intValue),
                        findNumber(options, CREATION + "replication.factor").map(Long::shortValue)))
                : Optional.empty();
    }

    /**
     * Whether schedules and replies fit into their topics.
     *
     * @return objections by the options to which they belong
     * @throws KafkaException if the brokers do not answer, or refuse to
     */
    static Map<String, String> findObjections(AbstractConfig config, KafkaLogs logs) {
        Optional<Function<String, NewTopic>> creation = creation(config);
        return new RecordLimits(
                        SCHEDULES_TOPIC.get(config),
                        REPLIES_TOPIC.find(config),
                        MAX_SCHEDULE_BYTES.get(config),
                        creation.isPresent())
                .findObjections(new BrokerTopics(logs, creation));
    }

    /** Empty also for -1, which stands for the brokers' default. */
    private static Optional<Long> findNumber(Map<String, Object> options, String name) {
        String text = String.valueOf(options.get(name)).strip();
        return text.matches("[1-9]\\d{0,4}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    /** The settings of a scheduler. */
    static Scheduler.Settings schedulerSettings(AbstractConfig config) {
        Optional<String> replies = REPLIES_TOPIC.find(config);
        List<String> own = new ArrayList<>(List.of(REQUESTS_TOPIC.get(config), SCHEDULES_TOPIC.get(config)));
        replies.ifPresent(own::add);
        Object offsets = config.originals().get(OFFSETS_TOPIC);
        if (offsets != null) {
            own.add(String.valueOf(offsets));
        }
        return new Scheduler.Settings(
                SCHEDULES_TOPIC.get(config),
                replies,
                own,
                TARGETS.get(config),
                new PastDue(
                        PAST_DUE_TOLERANCE_MS.get(config),
                        PAST_DUE_WINDOW_MS.find(config).orElse(Long.MAX_VALUE)),
                PAST_DUE.find(config),
                PAST_DUE_RATE.find(config).orElse(Long.MAX_VALUE),
                MAX_SCHEDULE_BYTES.get(config),
                MAX_BYTES.get(config),
                MAX_ENDED);
    }
}
