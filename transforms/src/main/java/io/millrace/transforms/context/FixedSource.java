package io.millrace.transforms.context;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;

/**
 * Values that the configuration names.
 *
 * @param values the value by the header to write
 */
record FixedSource(Map<String, String> values) implements ContextSource {
    @Override
    public Optional<String> value(String key, ConnectRecord<?> record, Envelope change) {
        return Optional.ofNullable(values.get(key));
    }
}
