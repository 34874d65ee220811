package io.millrace.context;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * The settings that a source is made of.
 *
 * @param config the options of the transform
 * @param keys the headers to write
 * @param limit the values that are valid
 * @param refused counts values that are not
 */
record SourceSettings(AbstractConfig config, List<String> keys, ValueLimit limit, RefusedValueLog refused) {
    /** A name for each key: the given one, or the key itself. */
    Map<String, String> completeNames(Map<String, String> given) {
        Map<String, String> names = new LinkedHashMap<>();
        keys.forEach(key -> names.put(key, given.getOrDefault(key, key)));
        return names;
    }
}
