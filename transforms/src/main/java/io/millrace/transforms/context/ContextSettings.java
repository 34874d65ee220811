package io.millrace.transforms.context;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;

/**
 * What {@link ContextOptions} were set to.
 *
 * @param keys the headers to write
 * @param sources the places to look for a value, in order
 * @param commentNames what the SQL comment calls each key
 * @param columnNames the columns that hold keys
 * @param headerNames what the record's own headers call each key
 * @param fixed values by key
 * @param generate the keys to make an id for
 * @param limit which values may be taken
 * @param sqlMode how the service's sessions quote
 */
record ContextSettings(
        List<String> keys,
        List<String> sources,
        Map<String, String> commentNames,
        Map<String, String> columnNames,
        Map<String, String> headerNames,
        Map<String, String> fixed,
        Set<String> generate,
        ValueLimit limit,
        SqlMode sqlMode) {

    /** The source that an option is about, by the option. */
    private static final Map<String, String> SOURCE_OF = Map.of(
            ContextOptions.COMMENT_NAMES, ContextOptions.SOURCE_COMMENT,
            ContextOptions.COLUMN_NAMES, ContextOptions.SOURCE_COLUMN,
            ContextOptions.HEADER_NAMES, ContextOptions.SOURCE_HEADER,
            ContextOptions.FIXED, ContextOptions.SOURCE_FIXED,
            ContextOptions.GENERATE, ContextOptions.SOURCE_GENERATED);

    /**
     * The settings that these options make.
     *
     * @param options the text of the options, by name
     * @throws ConfigException where an option is wrong by itself or beside the others
     */
    static ContextSettings of(Map<String, ?> options) {
        Map<String, Object> parsed = ContextOptions.DEFINITION.parse(options);
        ContextOptions.DEFINITION.names().forEach(option -> check(option, parsed));
        List<String> keys = list(parsed, ContextOptions.KEYS);
        return new ContextSettings(
                keys,
                list(parsed, ContextOptions.SOURCES),
                forAll(keys, names(parsed, ContextOptions.COMMENT_NAMES)),
                names(parsed, ContextOptions.COLUMN_NAMES),
                forAll(keys, names(parsed, ContextOptions.HEADER_NAMES)),
                names(parsed, ContextOptions.FIXED),
                Set.copyOf(list(parsed, ContextOptions.GENERATE)),
                new ValueLimit((Integer) parsed.get(ContextOptions.MAX_LENGTH)),
                SqlMode.of(list(parsed, ContextOptions.SQL_MODE)));
    }

    /**
     * Checks one option beside the others.
     *
     * @param parsed all options that could be parsed, by name
     * @throws ConfigException where the option would have no effect, or a fixed value could not be a header's
     */
    static void check(String option, Map<String, Object> parsed) {
        String source = SOURCE_OF.get(option);
        if (source == null || list(parsed, option).isEmpty()) {
            return;
        }
        Collection<String> named = option.equals(ContextOptions.GENERATE)
                ? list(parsed, option)
                : names(parsed, option).keySet();
        List<String> keys = list(parsed, ContextOptions.KEYS);
        for (String key : named) {
            if (!keys.isEmpty() && !keys.contains(key)) {
                throw new ConfigException(option, key, "it is not among 'keys', which are " + keys);
            }
        }
        List<String> sources = list(parsed, ContextOptions.SOURCES);
        if (!sources.isEmpty() && !sources.contains(source)) {
            throw new ConfigException(
                    option, list(parsed, option), "it has no effect, for 'sources' does not name '" + source + "'");
        }
        if (option.equals(ContextOptions.GENERATE)) {
            for (String key : named) {
                if (key.equals(TraceContext.TRACESTATE) || key.equals(Baggage.BAGGAGE)) {
                    throw new ConfigException(option, key, "it is no id, and nothing can be made up for it");
                }
            }
        }
        if (option.equals(ContextOptions.FIXED) && parsed.get(ContextOptions.MAX_LENGTH) instanceof Integer longest) {
            ValueLimit limit = new ValueLimit(longest);
            names(parsed, option)
                    .forEach((key, value) -> limit.objection(key, value).ifPresent(reason -> {
                        throw new ConfigException(option, key, reason);
                    }));
        }
    }

    private static Map<String, String> names(Map<String, Object> parsed, String option) {
        return KeyNames.parse(option, list(parsed, option));
    }

    private static Map<String, String> forAll(List<String> keys, Map<String, String> given) {
        Map<String, String> names = new LinkedHashMap<>();
        keys.forEach(key -> names.put(key, given.getOrDefault(key, key)));
        return names;
    }

    /** The option's entries; none where it could not be parsed, which is an error of its own. */
    private static List<String> list(Map<String, Object> parsed, String option) {
        List<String> entries = new ArrayList<>();
        if (parsed.get(option) instanceof List<?> list) {
            list.forEach(entry -> entries.add((String) entry));
        }
        return entries;
    }
}
