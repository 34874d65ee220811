package io.millrace.connectors.event;

import io.millrace.rules.OfficialEventConfig;
import io.millrace.rules.OfficialEventOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigValue;

/**
 * The configuration of the wrapped connector by itself, with transforms that find the same context and make the same events.
 * It is for tools that try a configuration without a worker. It stores no payloads and sends no heartbeats.
 */
public final class UnwrappedConfiguration {
    /**
     * The transform that stands for the rules. The connector may make several events of a change, which no transform can; so a tool
     * applies its options itself.
     */
    public static final String RULES = "events";

    private static final String TRANSFORMS = "transforms";
    private static final String TYPES = "io.millrace.transforms.";

    private UnwrappedConfiguration() {}

    /** Whether the configuration is one of {@link EventSourceConnector}. */
    public static boolean isWrapped(Map<String, String> options) {
        String connector = options.getOrDefault("connector.class", "");
        return connector.equals(EventSourceConnector.class.getName())
                || connector.equals(EventSourceConnector.class.getSimpleName())
                || connector.equals("EventSource");
    }

    /**
     * The configuration without this connector; the same options if it is another connector's. The options of the connector
     * itself stay in it.
     */
    public static Map<String, String> of(Map<String, String> options) {
        if (!isWrapped(options)) {
            return options;
        }
        Map<String, String> unwrapped = new HashMap<>(EventSourceOptions.wrappedOptions(options));
        addTransform(EventSourceOptions.CONTEXT, "InjectContext", options, unwrapped);
        List<String> aliases = new ArrayList<>(List.of("context"));
        if (EventSourceOptions.EVENTS.areSet(options)) {
            addTransform(EventSourceOptions.EVENTS, "ToOfficialEvent", options, unwrapped);
            aliases.add(RULES);
            String keys = options.get(OfficialEventOptions.MESSAGE_KEY_COLUMNS);
            if (keys != null) {
                unwrapped.put(TRANSFORMS + "." + RULES + "." + OfficialEventOptions.MESSAGE_KEY_COLUMNS, keys);
            }
        }
        String others = options.getOrDefault(TRANSFORMS, "");
        if (!others.isBlank()) {
            aliases.add(others);
        }
        unwrapped.put(TRANSFORMS, String.join(",", aliases));
        options.forEach((option, value) -> {
            if (EventSourceOptions.isOwn(option)) {
                unwrapped.put(option, value);
            }
        });
        return unwrapped;
    }

    /**
     * Checks the connector's own options as the answer to a posted configuration does, without the wrapped connector.
     *
     * @param options a configuration of {@link EventSourceConnector}
     * @return a value for each of the connector's own options, with the errors
     */
    public static List<ConfigValue> validateOwnOptions(Map<String, String> options) {
        return new Validation(options).findOwnValues();
    }

    /** The options of the wrapped connector, as it validates them and is started with them. */
    public static Map<String, String> wrappedOptions(Map<String, String> options) {
        return EventSourceOptions.wrappedOptions(options);
    }

    /** The rules of the configuration; empty if it has none. Throws ConfigException if they are not valid. */
    public static Optional<OfficialEventConfig> findRules(Map<String, String> options) {
        return EventSourceOptions.EVENTS.areSet(options)
                ? Optional.of(new OfficialEventConfig(EventSourceOptions.ruleOptions(options)))
                : Optional.empty();
    }

    /** Includes unknown options, so that the tools can name them. */
    private static void addTransform(
            PrefixedOptions part, String type, Map<String, String> options, Map<String, String> unwrapped) {
        options.forEach((option, value) -> {
            if (option.startsWith(part.prefix())
                    && !EventSourceOptions.OWN.names().contains(option)) {
                unwrapped.put(TRANSFORMS + "." + option, value);
            }
        });
        unwrapped.put(TRANSFORMS + "." + part.prefix() + "type", TYPES + type);
    }

    /** Whether options are the result of {@link #of} for a configuration of {@link EventSourceConnector}. */
    public static boolean isUnwrapped(Map<String, String> options) {
        return options.containsKey(EventSourceOptions.CONNECTOR_CLASS.name());
    }

    /** The name of an option of {@link #of} in the configuration that was unwrapped. */
    public static String originalName(String option, Map<String, String> unwrapped) {
        String name = option.startsWith(TRANSFORMS + ".") ? option.substring(TRANSFORMS.length() + 1) : "";
        return isUnwrapped(unwrapped)
                        && (name.startsWith(EventSourceOptions.CONTEXT.prefix())
                                || name.startsWith(EventSourceOptions.EVENTS.prefix()))
                ? name
                : option;
    }
}
