package io.millrace.connectors.projection.definition;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/**
 * What is wrong with the configuration.
 *
 * @param option the option to change
 * @param reason why its value cannot be used, without secrets
 */
public record Problem(String option, String reason) {
    /** As Connect wants to hear it from a task. */
    public ConfigException toException(Map<String, ?> properties) {
        return new ConfigException(option, properties.get(option), reason);
    }
}
