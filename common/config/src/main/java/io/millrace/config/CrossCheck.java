package io.millrace.config;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/** A check of one option against the others. */
@FunctionalInterface
public interface CrossCheck {
    /**
     * Checks an option. Called when a configuration is posted, and by {@link OptionSet#read} when a plugin starts.
     *
     * @param option the option's name
     * @param values all options that could be parsed, by name; an invalid one is absent or null and is refused by its own
     *     rule. While one configuration is validated, every check gets the same map.
     * @throws ConfigException if the option does not fit the others
     */
    void check(String option, Map<String, Object> values);

    /** This check, then another one. */
    default CrossCheck and(CrossCheck next) {
        return (option, values) -> {
            check(option, values);
            next.check(option, values);
        };
    }
}
