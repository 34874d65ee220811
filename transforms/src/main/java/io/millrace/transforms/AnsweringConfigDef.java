package io.millrace.transforms;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Connector;
import org.jspecify.annotations.Nullable;

/**
 * Makes definitions whose refusals reach the client that posts a configuration.
 *
 * <p>Connect 4.3 collects the errors of validators and answers with them. Before it answers it expects a value for every
 * option that the connector's {@code config()} names. Debezium's MySQL connector 3.6 names one for which its
 * {@code validate()} has no value ({@code internal.legacy.snapshot.max.threads}), so Connect's answer to any refused
 * configuration becomes a {@code NullPointerException}. Only for such a connector the refusal is thrown at once, as the
 * exception that Connect turns into the same answer: HTTP 400 with the option, its value and the reason. Connect checks the
 * options in no particular order; of several wrong ones, the answer names the first in the order of their declaration.
 */
final class AnsweringConfigDef {
    private static final String CONNECTOR = "io.debezium.connector.mysql.MySqlConnector";
    private static final String BAD_REQUEST = "org.apache.kafka.connect.runtime.rest.errors.BadRequestException";

    private AnsweringConfigDef() {}

    /** A definition of the same options, whose refusals are answered. */
    static ConfigDef of(ConfigDef definition) {
        ConfigDef answering = new ConfigDef();
        for (ConfigDef.ConfigKey key : definition.configKeys().values()) {
            answering.define(new ConfigDef.ConfigKey(
                    key.name,
                    key.type,
                    key.defaultValue,
                    key.validator == null ? null : new AnsweringValidator(key.validator),
                    key.importance,
                    key.documentation,
                    key.group,
                    key.orderInGroup,
                    key.width,
                    key.displayName,
                    key.dependents,
                    key.recommender == null ? null : new AnsweringRecommender(definition, key.recommender),
                    key.internalConfig));
        }
        return answering;
    }

    /**
     * The exception that reaches the client.
     *
     * @param refusal thrown as it is if Connect answers with it
     * @param named the refusal that the answer names otherwise
     */
    private static RuntimeException toAnswer(ConfigException refusal, Supplier<ConfigException> named) {
        // While Connect validates, the context class loader is the connector's.
        ClassLoader connectorLoader = Thread.currentThread().getContextClassLoader();
        if (connectorLoader == null || !losesAnswers(connectorLoader)) {
            return refusal;
        }
        try {
            return Class.forName(BAD_REQUEST)
                    .asSubclass(RuntimeException.class)
                    .getConstructor(String.class)
                    .newInstance(
                            "Connector configuration is invalid: " + named.get().getMessage());
        } catch (ReflectiveOperationException e) {
            // Not inside a worker: the caller of the validation collects the refusals itself.
            return refusal;
        }
    }

    private static boolean losesAnswers(ClassLoader connectorLoader) {
        try {
            Class<?> found = Class.forName(CONNECTOR, false, connectorLoader);
            if (found.getClassLoader() != connectorLoader) {
                // It is another plugin of the worker, and not the connector that is posted.
                return false;
            }
            Connector connector =
                    found.asSubclass(Connector.class).getConstructor().newInstance();
            Set<String> valued = connector.validate(Map.of()).configValues().stream()
                    .map(ConfigValue::name)
                    .collect(Collectors.toSet());
            return !valued.containsAll(connector.config().names());
        } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
            // Another connector's loader.
            return false;
        }
    }

    private record AnsweringValidator(ConfigDef.Validator validator) implements ConfigDef.Validator {
        @Override
        public void ensureValid(String name, @Nullable Object value) {
            try {
                validator.ensureValid(name, value);
            } catch (ConfigException e) {
                throw toAnswer(e, () -> e);
            }
        }

        @Override
        public String toString() {
            return validator.toString();
        }
    }

    private record AnsweringRecommender(ConfigDef definition, ConfigDef.Recommender recommender)
            implements ConfigDef.Recommender {
        @Override
        public List<Object> validValues(String name, Map<String, Object> options) {
            try {
                return recommender.validValues(name, options);
            } catch (ConfigException e) {
                throw toAnswer(e, () -> findFirstRefusal(options).orElse(e));
            }
        }

        /** The refusal of the option that is declared first, which need not be the one that Connect checks now. */
        private Optional<ConfigException> findFirstRefusal(Map<String, Object> options) {
            for (ConfigDef.ConfigKey key : definition.configKeys().values()) {
                try {
                    if (key.recommender != null) {
                        key.recommender.validValues(key.name, options);
                    }
                } catch (ConfigException e) {
                    return Optional.of(e);
                }
            }
            return Optional.empty();
        }

        @Override
        public boolean visible(String name, Map<String, Object> options) {
            return recommender.visible(name, options);
        }
    }
}
