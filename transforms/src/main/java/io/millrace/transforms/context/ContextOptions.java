package io.millrace.transforms.context;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/** The options of {@link io.millrace.transforms.InjectContext}: what they are called, mean and allow. */
public final class ContextOptions {
    /** The headers to write. */
    public static final String KEYS = "keys";
    /** The places to look for a value, in order. */
    public static final String SOURCES = "sources";
    /** What the SQL comment calls the keys. */
    public static final String COMMENT_NAMES = "comment.names";
    /** The columns that hold keys. */
    public static final String COLUMN_NAMES = "column.names";
    /** What the record's own headers call the keys. */
    public static final String HEADER_NAMES = "header.names";
    /** Values that never change. */
    public static final String FIXED = "fixed";
    /** The keys to make an id for. */
    public static final String GENERATE = "generate";
    /** The most characters that a value may have. */
    public static final String MAX_LENGTH = "max.length";
    /** The modes of MySQL in which the service's sessions quote. */
    public static final String SQL_MODE = "sql.mode";

    static final String SOURCE_HEADER = "header";
    static final String SOURCE_COMMENT = "comment";
    static final String SOURCE_COLUMN = "column";
    static final String SOURCE_FIXED = "fixed";
    static final String SOURCE_GENERATED = "generated";

    private static final String GROUP = "Request context";

    /** All options. Validating them also checks what they say of each other. */
    public static final ConfigDef DEFINITION = definition();

    private ContextOptions() {}

    private static ConfigDef definition() {
        ConfigDef options = new ConfigDef();
        list(options, KEYS, "requestId,userId,traceparent", OptionRule.headerNames(), ConfigDef.Importance.HIGH, """
                The headers to write: the allow-list of what may become context. Nothing else is ever taken.""");
        list(
                options,
                SOURCES,
                "header,comment,column,fixed,generated",
                OptionRule.someOf(false, SOURCE_HEADER, SOURCE_COMMENT, SOURCE_COLUMN, SOURCE_FIXED, SOURCE_GENERATED),
                ConfigDef.Importance.HIGH,
                """
                The places to look for a value, in order; for each key the first that has one wins. \
                'header': the headers that the record came with. \
                'comment': the SQL comment of the statement, in sqlcommenter's format. \
                'column': columns of the row. 'fixed': values from this configuration. \
                'generated': an id made of the change's transaction.""");
        list(options, COMMENT_NAMES, "", OptionRule.keyNames(), ConfigDef.Importance.MEDIUM, """
                What the SQL comment calls a key, as key=name; a key that is not listed is called the same there.""");
        list(options, COLUMN_NAMES, "", OptionRule.keyNames(), ConfigDef.Importance.MEDIUM, """
                The column that holds a key, as key=column; a key that is not listed is in no column.""");
        list(options, HEADER_NAMES, "", OptionRule.keyNames(), ConfigDef.Importance.MEDIUM, """
                What the record's own headers call a key, as key=name; \
                a key that is not listed is called the same there.""");
        list(options, FIXED, "", OptionRule.keyNames(), ConfigDef.Importance.MEDIUM, """
                Values that never change, as key=value.""");
        list(options, GENERATE, "", OptionRule.noneTwice(), ConfigDef.Importance.MEDIUM, """
                The keys to make an id for: a W3C trace parent for 'traceparent', a UUID for any other. \
                The id is a function of the change's transaction, so all its rows share it and a replay repeats it.""");
        options.define(
                MAX_LENGTH,
                ConfigDef.Type.INT,
                512,
                ConfigDef.Range.between(1, CommentSource.LONGEST_COMMENT),
                ConfigDef.Importance.LOW,
                """
                The most characters that a value may have; a longer one is not taken, and the next source is asked. \
                'traceparent', 'tracestate' and 'baggage' have the W3C's bounds instead.""",
                GROUP,
                options.names().size(),
                ConfigDef.Width.SHORT,
                MAX_LENGTH);
        list(
                options,
                SQL_MODE,
                "",
                OptionRule.someOf(true, SqlMode.NO_BACKSLASH_ESCAPES, SqlMode.ANSI_QUOTES),
                ConfigDef.Importance.LOW,
                """
                Those sql_modes of the service's sessions that change where a literal ends. \
                The binlog does not tell them; a statement read in the wrong mode may lose its trailing comment.""");
        return options;
    }

    private static void list(
            ConfigDef options,
            String name,
            String value,
            OptionRule rule,
            ConfigDef.Importance importance,
            String text) {
        options.define(
                name,
                ConfigDef.Type.LIST,
                value,
                rule,
                importance,
                text,
                GROUP,
                options.names().size(),
                ConfigDef.Width.LONG,
                name,
                new OtherOptions());
    }

    /**
     * Checks an option against the others. ConfigDef asks recommenders when it validates, with all values at hand, and
     * reports what they object to as the option's error.
     */
    private static final class OtherOptions implements ConfigDef.Recommender {
        @Override
        public List<Object> validValues(String option, Map<String, Object> parsed) {
            ContextSettings.check(option, parsed);
            return List.of();
        }

        @Override
        public boolean visible(String option, Map<String, Object> parsed) {
            return true;
        }
    }
}
