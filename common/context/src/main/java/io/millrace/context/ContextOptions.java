package io.millrace.context;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The options of the request's context: those of {@code InjectContext}. */
public final class ContextOptions {
    /** All sources, in their default order. */
    static final List<SourceType> SOURCE_TYPES = List.of(
            HeaderSource.TYPE,
            CommentSource.TYPE,
            MessageSource.TYPE,
            ColumnSource.TYPE,
            FixedSource.TYPE,
            GeneratedSource.TYPE);

    /** The headers to write. */
    static final Option<List<String>> KEYS = NameLists.option("keys")
            .defaultTo("requestId,userId,traceparent")
            .valid(
                    "one or more names without white space or control characters, none twice",
                    NameLists::requireHeaderNames)
            .high("The headers to write. No other key of a statement or record becomes a header.");

    static final Option<List<String>> SOURCES = NameLists.option("sources")
            .defaultTo(String.join(",", sourceNames()))
            .valid("one or more of " + sourceNames() + ", none twice", names -> {
                NameLists.requireEntry(names);
                NameLists.requireAmong(names, sourceNames());
            })
            .high("The sources of the values, in order; for each key, the first source with a value is used. "
                    + SOURCE_TYPES.stream()
                            .map(type -> "'" + type.name() + "': " + type.description() + ".")
                            .collect(Collectors.joining(" ")));

    static final Option<Integer> MAX_LENGTH = Option.int32("max.length")
            .defaultTo(512)
            .between(1, CommentSource.LONGEST_COMMENT)
            .low("The maximum number of characters of a value. A longer value is ignored, and the next source is "
                    + "tried. 'traceparent', 'tracestate' and 'baggage' have the W3C's limits instead.")
            .shownIn(NameLists.GROUP, "max.length");

    /** All options. */
    public static final OptionSet OPTIONS = allOptions();

    private ContextOptions() {}

    /** The type of this name, which is one of {@link #SOURCES}. */
    static SourceType findSourceType(String name) {
        return SOURCE_TYPES.stream()
                .filter(type -> type.name().equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("Unknown source " + name));
    }

    /**
     * The headers that a transform with these options writes.
     *
     * @throws org.apache.kafka.common.config.ConfigException if an option is invalid
     */
    public static List<String> readKeys(Map<String, ?> options) {
        return KEYS.get(OPTIONS.read(options));
    }

    private static List<String> sourceNames() {
        return SOURCE_TYPES.stream().map(SourceType::name).toList();
    }

    private static OptionSet allOptions() {
        List<Option<?>> all = new ArrayList<>(List.of(KEYS, SOURCES));
        SOURCE_TYPES.forEach(type -> all.addAll(type.options()));
        all.add(MAX_LENGTH);
        return OptionSet.of(all);
    }
}
