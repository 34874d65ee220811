package io.millrace.connectors.claimcheck;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.FieldPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/** The options of the connector itself; all others belong to the connector that it wraps. */
final class ClaimCheckSourceOptions {
    static final Option<String> CONNECTOR_CLASS = Option.string("claim-check.connector.class")
            .nonEmpty()
            .required()
            .high("The source connector that reads the records, e.g. io.debezium.connector.mysql.MySqlConnector. Its"
                    + " options are set beside these, under the names that they have without this connector.");

    static final Option<List<FieldPath>> FIELDS = FieldOptions.paths("claim-check.fields")
            .required()
            .high("The fields whose large values are stored, as paths in the values of the wrapped connector's records,"
                    + " e.g. before.image,after.image. The values are bytes or text; fields that a record does not have are"
                    + " ignored.");

    /** Set by the connector for its tasks: the class of the wrapped task. */
    static final String TASK_CLASS = "claim-check.task.class";

    static final OptionSet ALL =
            OptionSet.of(CONNECTOR_CLASS, FIELDS, FieldOptions.CONTENT_TYPE).and(PayloadOptions.WRITING);

    private static final String CONNECT_CONNECTOR_CLASS = "connector.class";
    private static final String CONNECT_TASK_CLASS = "task.class";
    private static final List<String> OWN_PREFIXES = List.of("claim-check.", "payload.");

    private static final String DEBEZIUM = "io.debezium.connector.";
    private static final String DEBEZIUM_QUEUE_BYTES = "max.queue.size.in.bytes";

    private ClaimCheckSourceOptions() {}

    static ConfigDef definition() {
        return ALL.definition();
    }

    /** The options of the wrapped connector or task: all that are not our own, as if it were configured alone. */
    static Map<String, String> wrappedOptions(Map<String, String> properties) {
        Map<String, String> wrapped = new HashMap<>(properties);
        wrapped.keySet().removeIf(ClaimCheckSourceOptions::isOwn);
        String connector = properties.get(CONNECTOR_CLASS.name());
        if (connector != null) {
            wrapped.put(CONNECT_CONNECTOR_CLASS, connector);
            if (connector.startsWith(DEBEZIUM)) {
                // Without a limit in bytes Debezium counts records: 8192 large ones would not fit into any memory.
                wrapped.putIfAbsent(DEBEZIUM_QUEUE_BYTES, inflightBytes(properties));
            }
        }
        if (properties.containsKey(TASK_CLASS)) {
            wrapped.put(CONNECT_TASK_CLASS, properties.get(TASK_CLASS));
        }
        return wrapped;
    }

    private static String inflightBytes(Map<String, String> properties) {
        String name = PayloadOptions.INFLIGHT_BYTES.name();
        return properties.getOrDefault(
                name, String.valueOf(definition().defaultValues().get(name)));
    }

    private static boolean isOwn(String option) {
        return OWN_PREFIXES.stream().anyMatch(option::startsWith);
    }

    /** The options of one of our tasks: those of the wrapped task, and our own. */
    static Map<String, String> taskOptions(
            Map<String, String> wrappedTask, Map<String, String> properties, Class<?> taskClass) {
        Map<String, String> task = new HashMap<>(wrappedTask);
        properties.forEach((option, value) -> {
            if (isOwn(option)) {
                task.put(option, value);
            }
        });
        task.put(TASK_CLASS, taskClass.getName());
        return task;
    }
}
