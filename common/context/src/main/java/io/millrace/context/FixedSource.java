package io.millrace.context;

import io.millrace.changes.ChangeReader;
import io.millrace.config.Option;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.ConnectRecord;

/**
 * Values of the configuration.
 *
 * @param values the value by the header to write
 */
record FixedSource(Map<String, String> values) implements ContextSource {
    private static final String NAME = "fixed";
    private static final Option<Map<String, String>> FIXED = KeyNames.option("fixed", NAME)
            .crossChecked(FixedSource::checkValues)
            .medium("Constant values, as key=value.");

    static final SourceType TYPE = new SourceType(
            NAME,
            "values from this configuration",
            List.of(FIXED),
            settings -> new FixedSource(FIXED.get(settings.config())));

    private static void checkValues(String option, Map<String, Object> values) {
        Optional<ValueLimit> limit = ContextOptions.MAX_LENGTH.find(values).map(ValueLimit::new);
        Map<String, String> fixed = FIXED.find(values).orElse(Map.of());
        if (limit.isPresent()) {
            fixed.forEach((key, value) -> limit.get().findObjection(key, value).ifPresent(reason -> {
                throw new ConfigException(option, key, reason);
            }));
        }
    }

    @Override
    public Optional<String> find(String key, ConnectRecord<?> record, ChangeReader change) {
        return Optional.ofNullable(values.get(key));
    }
}
