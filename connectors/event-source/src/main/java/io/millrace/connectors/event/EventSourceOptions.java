package io.millrace.connectors.event;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.config.ProcessingGuarantee;
import io.millrace.context.ContextOptions;
import io.millrace.lookups.LookupOptions;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.FieldPath;
import io.millrace.rules.OfficialEventOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** The options of the connector itself; all others belong to the connector that it wraps. */
final class EventSourceOptions {
    static final Option<String> CONNECTOR_CLASS = Option.string("wrapped.connector.class")
            .renamedFrom("claim-check.connector.class")
            .nonEmpty()
            .required()
            .high("The source connector that reads the records, e.g. io.debezium.connector.mysql.MySqlConnector. Set "
                    + "its options next to these, under the names that they have without this connector.");

    static final Option<ProcessingGuarantee> GUARANTEE = ProcessingGuarantee.option()
            .high("exactly_once: a batch's events and its source offset are committed in one Kafka transaction. It "
                    + "needs exactly.once.source.support=enabled on the workers, and exactly.once.support=required "
                    + "and transaction.boundary=connector in this configuration. at_least_once: events may be sent "
                    + "again after a failure.");

    static final Option<List<FieldPath>> FIELDS = FieldOptions.paths("payload.fields")
            .renamedFrom("claim-check.fields")
            .defaultTo("")
            .crossChecked(EventSourceOptions::requireStore)
            .high("The fields whose large values are stored, as paths in the values of the wrapped connector's "
                    + "records, e.g. before.image,after.image. The values are bytes or text; missing fields are "
                    + "ignored. If it is empty, no value is stored.");

    static final Option<Long> HEARTBEAT_INTERVAL_MS = Option.int64("events.heartbeat.interval.ms")
            .defaultTo(10_000L)
            .atLeast(1)
            .medium("The minimum interval between heartbeats for changes that no rule matches. A heartbeat advances "
                    + "the committed source offset. For a Debezium connector it is also the default of its "
                    + "heartbeat.interval.ms.");

    static final Option<String> HEARTBEAT_TOPIC = Option.string("events.heartbeat.topic")
            .nonEmpty()
            .medium("The topic of the heartbeats. Default: the connector's name and '.heartbeat'.");

    static final Option<SnapshotFailurePolicy> ON_SNAPSHOT_FAILURE = Option.choice(
                    "events.on.snapshot.failure", SnapshotFailurePolicy.class)
            .defaultTo("fail")
            .low(
                    "The treatment of a table of an incremental snapshot that a signal requested, if Debezium cannot read it. "
                            + "The wrapped task starts again at the stored source offset up to 5 times, and repeats what is missing. "
                            + "After that, fail: the task fails; skip: the table is left out, and its rows have no events.");

    /** The request's context, as {@code InjectContext} finds it. */
    static final PrefixedOptions CONTEXT = new PrefixedOptions("context.", ContextOptions.OPTIONS);

    /** The rules, as those of {@code ToOfficialEvent}; the source's database is the wrapped connector's. */
    static final PrefixedOptions EVENTS =
            new PrefixedOptions("events.", OfficialEventOptions.RULES, LookupOptions::isPassedOn);

    static final OptionSet OWN = OptionSet.of(
                    CONNECTOR_CLASS,
                    GUARANTEE,
                    HEARTBEAT_INTERVAL_MS,
                    HEARTBEAT_TOPIC,
                    ON_SNAPSHOT_FAILURE,
                    FIELDS,
                    FieldOptions.CONTENT_TYPE)
            .and(PayloadOptions.WRITING.replace(PayloadOptions.STORE.optional()));

    /** Every option, for the reference. */
    private static final OptionSet ALL = OWN.and(CONTEXT.ofConnector()).and(EVENTS.ofConnector());

    private static final Map<String, Object> DEFAULTS = OWN.definition().defaultValues();

    private static final String CONNECT_CONNECTOR_CLASS = "connector.class";
    private static final String CONNECT_TASK_CLASS = "task.class";
    private static final String CONNECT_NAME = "name";
    private static final List<String> OWN_PREFIXES = List.of("wrapped.", "payload.", "context.", "events.");

    private EventSourceOptions() {}

    static ConfigDef definition() {
        return ALL.definition();
    }

    /** The options of the wrapped connector or task: all that are not our own, as if it were configured alone. */
    static Map<String, String> wrappedOptions(Map<String, String> properties) {
        Map<String, String> wrapped = new HashMap<>(properties);
        wrapped.keySet().removeIf(EventSourceOptions::isOwn);
        String connector = properties.get(CONNECTOR_CLASS.name());
        if (connector != null) {
            wrapped.put(CONNECT_CONNECTOR_CLASS, connector);
            DebeziumDefaults.addTo(wrapped, properties);
        }
        if (properties.containsKey(TaskOptions.TASK_CLASS)) {
            wrapped.put(CONNECT_TASK_CLASS, properties.get(TaskOptions.TASK_CLASS));
        }
        return wrapped;
    }

    /** The options of the rules, among them those of the wrapped connector that concern rules. */
    static Map<String, String> ruleOptions(Map<String, String> properties) {
        Map<String, String> rules = EVENTS.readFrom(properties);
        String keys = properties.get(OfficialEventOptions.MESSAGE_KEY_COLUMNS);
        if (keys != null) {
            rules.put(OfficialEventOptions.MESSAGE_KEY_COLUMNS, keys);
        }
        return rules;
    }

    /** Whether the option is this connector's own, and not the wrapped one's. */
    static boolean isOwn(String option) {
        return option.equals(GUARANTEE.name()) || OWN_PREFIXES.stream().anyMatch(option::startsWith);
    }

    /** Whether the option exists, if its name has a prefix for which all names are declared. */
    static boolean isKnown(String option) {
        // The names below payload.kafka. are those of Kafka's clients.
        return !isOwn(option)
                || option.startsWith("payload.")
                || OWN.names().contains(option)
                || CONTEXT.contains(option)
                || EVENTS.contains(option);
    }

    /** The value of an own option, or its default. */
    static String textOf(Option<?> option, Map<String, String> properties) {
        return properties.getOrDefault(option.name(), String.valueOf(DEFAULTS.get(option.name())));
    }

    /** The topic of the heartbeats. */
    static String heartbeatTopic(Map<String, String> properties) {
        return properties.getOrDefault(HEARTBEAT_TOPIC.name(), nameOf(properties) + ".heartbeat");
    }

    /** The connector's name, which Connect requires. */
    static String nameOf(Map<String, String> properties) {
        return properties.getOrDefault(CONNECT_NAME, "event-source");
    }

    private static void requireStore(String option, Map<String, Object> values) {
        if (!FIELDS.find(values).orElse(List.of()).isEmpty()
                && PayloadOptions.STORE.find(values).isEmpty()) {
            throw new ConfigException(
                    option,
                    values.get(option),
                    "expected " + PayloadOptions.STORE + " beside it, where values are stored");
        }
    }
}
