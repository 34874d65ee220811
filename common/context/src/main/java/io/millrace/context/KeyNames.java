package io.millrace.context;

import io.millrace.config.Option;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options that are a list of {@code key=name}. */
final class KeyNames {
    private KeyNames() {}

    /** An option of this form for a source, empty by default. */
    static Option<Map<String, String>> option(String name, String source) {
        return SourceType.checkKeys(
                NameLists.option(name).defaultTo("").as("entries of the form key=name, no key twice", KeyNames::parse),
                source,
                Map::keySet);
    }

    /**
     * The names by key, in the order of the list.
     *
     * @throws IllegalArgumentException if an entry is not {@code key=name}, or a key is duplicate
     */
    static Map<String, String> parse(List<String> entries) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            String key = equals < 0 ? "" : entry.substring(0, equals).trim();
            String name = entry.substring(equals + 1).trim();
            if (key.isEmpty() || name.isEmpty()) {
                throw new IllegalArgumentException("expected key=name, found '" + entry + "'");
            }
            if (names.put(key, name) != null) {
                throw new IllegalArgumentException("the key '" + key + "' is a duplicate");
            }
        }
        return names;
    }
}
