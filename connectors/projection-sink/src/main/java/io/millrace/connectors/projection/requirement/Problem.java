package io.millrace.connectors.projection.requirement;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/**
 * An error of the configuration.
 *
 * @param option the full name of the option to change
 * @param reason the reason why its value cannot be used, without secrets
 */
public record Problem(String option, String reason) {
    /** The exception that a task throws for it. */
    public ConfigException toException(Map<String, ?> properties) {
        return new ConfigException(option, properties.get(option), reason);
    }
}
