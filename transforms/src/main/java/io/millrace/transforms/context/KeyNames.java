package io.millrace.transforms.context;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/** Options that are a list of {@code key=name}. */
final class KeyNames {
    private KeyNames() {}

    /**
     * The names by key, in the list's order.
     *
     * @throws ConfigException where an entry is not {@code key=name}, or a key is there twice
     */
    static Map<String, String> parse(String option, List<String> entries) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            String key = equals < 0 ? "" : entry.substring(0, equals).trim();
            String name = entry.substring(equals + 1).trim();
            if (key.isEmpty() || name.isEmpty()) {
                throw new ConfigException(option, entry, "expected key=name");
            }
            if (names.put(key, name) != null) {
                throw new ConfigException(option, entry, "the key '" + key + "' is there twice");
            }
        }
        return names;
    }
}
