package io.millrace.payloads;

import org.apache.kafka.common.config.ConfigDef;

/** An option that a plugin restricts or gives a default. */
public final class RedefinedOption {
    private RedefinedOption() {}

    /**
     * The same options, one of them with another default and validator.
     *
     * @param defaultValue or {@link ConfigDef#NO_DEFAULT_VALUE}
     * @param validator asked beside the option's own, and before it; null where the own one is enough
     */
    public static ConfigDef in(
            ConfigDef definition, String option, Object defaultValue, ConfigDef.Validator validator) {
        ConfigDef redefined = new ConfigDef();
        for (ConfigDef.ConfigKey key : definition.configKeys().values()) {
            redefined.define(key.name.equals(option) ? redefine(key, defaultValue, validator) : key);
        }
        return redefined;
    }

    private static ConfigDef.ConfigKey redefine(
            ConfigDef.ConfigKey key, Object defaultValue, ConfigDef.Validator validator) {
        return new ConfigDef.ConfigKey(
                key.name,
                key.type,
                defaultValue,
                validator == null ? key.validator : ConfigDef.CompositeValidator.of(validator, key.validator),
                key.importance,
                key.documentation,
                key.group,
                key.orderInGroup,
                key.width,
                key.displayName,
                key.dependents,
                key.recommender,
                key.internalConfig);
    }
}
