package io.millrace.connectors.claimcheck;

import io.millrace.payloads.PayloadOptions;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.FieldPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** The options of the connector itself; all others belong to the connector that it wraps. */
final class ClaimCheckSourceConfig extends AbstractConfig {
    static final String CONNECTOR_CLASS = "claim-check.connector.class";
    static final String FIELDS = "claim-check.fields";
    /** The connector tells its tasks which class they wrap. */
    static final String TASK_CLASS = "claim-check.task.class";

    private static final String CONNECT_CONNECTOR_CLASS = "connector.class";
    private static final String TASK_CLASS_OF_CONNECT = "task.class";
    private static final List<String> OWN = List.of("claim-check.", "payload.");

    private static final String DEBEZIUM = "io.debezium.connector.";
    private static final String DEBEZIUM_QUEUE_BYTES = "max.queue.size.in.bytes";

    static final ConfigDef DEFINITION = PayloadOptions.writing(FieldOptions.contentType(new ConfigDef()
            .define(
                    CONNECTOR_CLASS,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    new ConfigDef.NonEmptyString(),
                    Importance.HIGH,
                    "The source connector that reads the records, e.g. io.debezium.connector.mysql.MySqlConnector. Its"
                            + " options stand beside these, as they would without this connector.")
            .define(
                    FIELDS,
                    ConfigDef.Type.LIST,
                    ConfigDef.NO_DEFAULT_VALUE,
                    FieldOptions.validPaths(),
                    Importance.HIGH,
                    "The fields whose large values are stored, as paths in the values of the wrapped connector's records,"
                            + " e.g. before.image,after.image. Bytes or text; fields that a record does not have are"
                            + " passed over.")));

    ClaimCheckSourceConfig(Map<String, String> properties) {
        super(DEFINITION, properties, false);
    }

    List<FieldPath> fields() {
        return FieldPath.parse(FIELDS, getList(FIELDS));
    }

    /** What the wrapped connector or task is given: everything that is not ours, as if it were there alone. */
    static Map<String, String> passedOn(Map<String, String> properties) {
        Map<String, String> passed = new HashMap<>(properties);
        passed.keySet().removeIf(ClaimCheckSourceConfig::isOwn);
        String connector = properties.get(CONNECTOR_CLASS);
        if (connector != null) {
            passed.put(CONNECT_CONNECTOR_CLASS, connector);
            if (connector.startsWith(DEBEZIUM)) {
                // Debezium counts records where it is not told bytes: 8192 large ones would not fit into any memory.
                passed.putIfAbsent(
                        DEBEZIUM_QUEUE_BYTES,
                        properties.getOrDefault(
                                PayloadOptions.BYTES_IN_FLIGHT,
                                DEFINITION
                                        .defaultValues()
                                        .get(PayloadOptions.BYTES_IN_FLIGHT)
                                        .toString()));
            }
        }
        if (properties.containsKey(TASK_CLASS)) {
            passed.put(TASK_CLASS_OF_CONNECT, properties.get(TASK_CLASS));
        }
        return passed;
    }

    private static boolean isOwn(String option) {
        return OWN.stream().anyMatch(option::startsWith);
    }

    /** What one of our tasks is given: what the wrapped task needs, and what we need. */
    static Map<String, String> ofTask(
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
