package io.millrace.context;

import io.millrace.config.Option;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;

/**
 * A kind of source that a configuration can name: its options, and the factory of the source. A new source is a class with
 * a type, and a line in {@link ContextOptions#SOURCE_TYPES}.
 *
 * @param name the name in the option {@code sources}
 * @param description the place in which this source looks for values, for the reference
 * @param options the options of this source alone
 * @param factory makes the source of a configuration
 */
record SourceType(
        String name, String description, List<Option<?>> options, Function<SourceSettings, ContextSource> factory) {
    /**
     * An option that lists keys for one source. The option is refused if it names a header that is not written, or if the
     * source is not used.
     *
     * @param keys the keys that a value of the option names
     */
    static <T> Option<T> checkKeys(Option<T> option, String source, Function<T, Collection<String>> keys) {
        return option.crossChecked((name, values) ->
                option.find(values).ifPresent(value -> checkKeys(name, source, keys.apply(value), values)));
    }

    private static void checkKeys(String option, String source, Collection<String> named, Map<String, Object> values) {
        if (named.isEmpty()) {
            return;
        }
        List<String> keys = ContextOptions.KEYS.find(values).orElse(List.of());
        for (String key : named) {
            if (!keys.isEmpty() && !keys.contains(key)) {
                throw new ConfigException(option, key, "it is not among 'keys', which are " + keys);
            }
        }
        List<String> sources = ContextOptions.SOURCES.find(values).orElse(List.of());
        if (!sources.isEmpty() && !sources.contains(source)) {
            throw new ConfigException(
                    option, named, "it has no effect, because 'sources' does not name '" + source + "'");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
