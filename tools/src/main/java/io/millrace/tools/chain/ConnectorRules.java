package io.millrace.tools.chain;

import io.millrace.connectors.event.UnwrappedConfiguration;
import io.millrace.lookups.LookupOptions;
import io.millrace.lookups.Lookups;
import io.millrace.rules.OfficialEventConfig;
import io.millrace.rules.OfficialEventMapper;
import io.millrace.rules.OfficialEventOptions;
import io.millrace.transforms.ToOfficialEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.ConnectRecord;

/**
 * The rules of an {@code EventSourceConnector}, which may make several events of a change. In its unwrapped configuration they are the
 * options of a transform, which would refuse that; so they are validated and applied here, as the connector does it. Used by one
 * thread.
 */
final class ConnectorRules implements AutoCloseable {
    private static final String TRANSFORMS = "transforms";
    private static final String PREFIX = TRANSFORMS + "." + UnwrappedConfiguration.RULES + ".";
    private static final String TYPE = "type";

    private final OfficialEventMapper events;
    private final Lookups lookups;

    private ConnectorRules(OfficialEventConfig config) {
        this.events = new OfficialEventMapper(config);
        this.lookups = config.lookups();
    }

    /** The rules of the unwrapped configuration. Throws ConfigException if they are not valid. */
    static ConnectorRules of(Map<String, String> options) {
        return new ConnectorRules(new OfficialEventConfig(TransformStages.ownOptions(options, PREFIX)));
    }

    /** Whether the transform of this name stands for the rules of a connector. */
    static boolean isAlias(String alias, Map<String, String> options) {
        return alias.equals(UnwrappedConfiguration.RULES)
                && UnwrappedConfiguration.isUnwrapped(options)
                && ToOfficialEvent.class.getName().equals(options.get(PREFIX + TYPE));
    }

    /** The options without those of the rules; the same if they are not those of a connector with rules. */
    static Map<String, String> removeFrom(Map<String, String> options, List<String> aliases) {
        if (aliases.stream().noneMatch(alias -> isAlias(alias, options))) {
            return options;
        }
        Map<String, String> others = new TreeMap<>(options);
        others.keySet().removeIf(option -> option.startsWith(PREFIX));
        others.put(
                TRANSFORMS,
                String.join(
                        ",",
                        aliases.stream()
                                .filter(alias -> !isAlias(alias, options))
                                .toList()));
        return others;
    }

    /** The results of the validation of the rules' options, under their names in the unwrapped configuration. */
    static Stream<ConfigValue> validate(Map<String, String> options) {
        return OfficialEventOptions.DEFINITION.validate(TransformStages.ownOptions(options, PREFIX)).stream()
                .map(value -> new ConfigValue(
                        PREFIX + value.name(), value.value(), value.recommendedValues(), value.errorMessages()));
    }

    /** Whether the rules have the option. */
    static boolean isOption(String option) {
        if (!option.startsWith(PREFIX)) {
            return false;
        }
        String own = option.substring(PREFIX.length());
        return own.equals(TYPE)
                || OfficialEventOptions.DEFINITION.names().contains(own)
                || LookupOptions.isPassedOn(own);
    }

    /** The events of the record, the record itself if it passes, none if it is dropped. */
    <R extends ConnectRecord<R>> List<R> apply(R record) {
        lookups.openOnce();
        List<R> further = new ArrayList<>();
        R first = events.mapRecord(record, further::add);
        return first == null
                ? List.of()
                : Stream.concat(Stream.of(first), further.stream()).toList();
    }

    @Override
    public void close() {
        lookups.close();
    }
}
