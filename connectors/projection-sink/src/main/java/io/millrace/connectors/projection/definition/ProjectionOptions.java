package io.millrace.connectors.projection.definition;

import io.millrace.connectors.projection.definition.ProjectionDefinition.Kind;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Field;
import io.millrace.expressions.InvalidExpressionException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The options of one projection: {@code projection.NAME.kind} and so on. */
public final class ProjectionOptions {
    public static final String PREFIX = "projection.";
    public static final String KIND = "kind";
    public static final String TOPICS = "topics";
    public static final String TABLE = "table";
    public static final String WHEN = "when";
    public static final String KEY = "key";
    public static final String COLUMNS = "columns";
    public static final String DELETE_WHEN = "delete.when";
    public static final String ON_UNMATCHED = "on.unmatched";
    public static final String MEMBER_KEY = AggregateOptions.MEMBER_KEY;
    public static final String MEMBERS_TABLE = AggregateOptions.MEMBERS_TABLE;
    public static final String COMPLETE_COLUMN = AggregateOptions.COMPLETE_COLUMN;
    public static final String COMPLETE_TABLE = AggregateOptions.COMPLETE_TABLE;
    public static final String COMPLETE_COLUMNS = AggregateOptions.COMPLETE_COLUMNS;
    public static final String ELEMENTS = "elements";
    public static final String ELEMENT_KEY = "element.key";
    public static final String KEY_COLLATION = "key.collation";
    public static final String REVISION = "revision";
    public static final String ON_DELETE = "on.delete";
    public static final String DELETED_COLUMN = "deleted.column";
    public static final String ON_TOMBSTONE = "on.tombstone";

    /** All of them, without the projection's name. */
    public static final List<String> SUFFIXES = Stream.concat(
                    Stream.of(
                            KIND,
                            TOPICS,
                            TABLE,
                            WHEN,
                            KEY,
                            COLUMNS,
                            DELETE_WHEN,
                            ELEMENTS,
                            ELEMENT_KEY,
                            KEY_COLLATION,
                            REVISION,
                            ON_DELETE,
                            DELETED_COLUMN,
                            ON_TOMBSTONE,
                            ON_UNMATCHED),
                    AggregateOptions.SUFFIXES.stream())
            .toList();

    private static final String RECORD_SHORTHAND = "value";
    private static final String ELEMENT_SHORTHAND = "element";
    private static final String STATE_SHORTHAND = "state";

    private ProjectionOptions() {}

    public static String name(String projection, String suffix) {
        return PREFIX + projection + "." + suffix;
    }

    /** Declares the options of the projection of this name and kind. */
    public static void define(ConfigDef definition, String projection, Optional<Kind> kind) {
        boolean aggregates = kind.equals(Optional.of(Kind.AGGREGATE));
        ExpressionCompiler records = records(aggregates);
        ExpressionCompiler columns =
                kind.isEmpty() || kind.get() == Kind.EXPLODE ? ProjectionVariables.ELEMENTS : records;
        Options options = new Options(definition, projection);
        options.define(
                KIND,
                ConfigDef.Type.STRING,
                ConfigDef.NO_DEFAULT_VALUE,
                ValidString.in("upsert", "explode", "append", "aggregate"),
                Importance.HIGH,
                "upsert: an event writes or deletes a row. explode: an event writes a row for each element of an array,"
                        + " and deletes the rows of elements that vanished. append: an event adds a row, which stays as"
                        + " it is. aggregate: an event changes the counts, sums and the like of its group.");
        options.define(
                TOPICS,
                ConfigDef.Type.LIST,
                List.of(),
                null,
                Importance.MEDIUM,
                "The topics whose records the projection takes; empty means all of the sink's topics.");
        options.define(
                TABLE,
                ConfigDef.Type.STRING,
                projection,
                text("table, database.table or schema.table", TableName::parse),
                Importance.HIGH,
                "The view: table or database.table, in backticks where a name holds a dot. Its key must be a primary or"
                        + " unique key.");
        options.define(
                WHEN,
                ConfigDef.Type.STRING,
                null,
                text("a condition in CEL", records::condition),
                Importance.MEDIUM,
                "A condition in CEL over key, value, headers, topic, partition, offset and timestamp: the records that"
                        + " the projection is about. Tombstones are not asked. Without it, all.");
        options.define(
                KEY,
                ConfigDef.Type.STRING,
                ConfigDef.NO_DEFAULT_VALUE,
                text(
                        "a list of column = expression",
                        list -> requireFields(fields(records, list, shorthand(aggregates)))),
                Importance.HIGH,
                "The row's key as a list of column = expression; a bare name is the field of that name of the value."
                        + " For explode, the columns that name the group of rows that one array fills; for aggregate, the"
                        + " group that a record contributes to. Where tombstones"
                        + " are to delete, the key must come from key alone.");
        options.define(
                COLUMNS,
                ConfigDef.Type.STRING,
                "",
                text(
                        aggregates ? "a list of column = aggregate" : "a list of column = expression",
                        aggregates
                                ? list -> AggregateColumns.parse(columns, list)
                                : list -> fields(columns, list, RECORD_SHORTHAND)),
                Importance.HIGH,
                "The other columns as a list of column = expression. For explode, expressions can also read element. For"
                        + " aggregate, a list of column = count(), or count, sum, min, max or distinct of an expression.");
        options.define(
                DELETE_WHEN,
                ConfigDef.Type.STRING,
                null,
                text("a condition in CEL", ProjectionVariables.RECORD::condition),
                Importance.MEDIUM,
                "A condition in CEL: the records that delete the row or, for explode, the group; for aggregate, those that"
                        + " take back what their member contributed.");
        options.define(
                ELEMENTS,
                ConfigDef.Type.STRING,
                null,
                text("an expression in CEL", ProjectionVariables.RECORD::expression),
                Importance.MEDIUM,
                "For explode: the array. One that is null or missing has no elements.");
        options.define(
                ELEMENT_KEY,
                ConfigDef.Type.STRING,
                "",
                text(
                        "a list of column = expression",
                        list -> fields(ProjectionVariables.ELEMENTS, list, ELEMENT_SHORTHAND)),
                Importance.MEDIUM,
                "For explode: the columns that tell an element's row from the others of its group, as a list of column ="
                        + " expression; a bare name is the field of that name of the element.");
        options.define(
                KEY_COLLATION,
                ConfigDef.Type.STRING,
                "exact",
                ValidString.in("exact", "accept"),
                Importance.LOW,
                "exact: a text column of the key must tell all texts apart. accept: its collation may take some that"
                        + " differ for one, e.g. in case; then the last event of either has the row.");
        DeleteOptions.define(options);
        AggregateOptions.define(options);
    }

    private static ExpressionCompiler records(boolean aggregates) {
        return aggregates ? ProjectionVariables.STATES : ProjectionVariables.RECORD;
    }

    private static String shorthand(boolean aggregates) {
        return aggregates ? STATE_SHORTHAND : RECORD_SHORTHAND;
    }

    /** What can be wrong although each option by itself is right. */
    public static void check(AbstractConfig config, String projection, Consumer<Problem> problems) {
        Kind kind = kind(config, projection);
        boolean explode = kind == Kind.EXPLODE;
        boolean elements = config.getString(name(projection, ELEMENTS)) != null;
        boolean elementKey = !config.getString(name(projection, ELEMENT_KEY)).isBlank();
        if (explode != elements) {
            problems.accept(new Problem(
                    name(projection, ELEMENTS),
                    explode ? "a projection of kind explode needs an array" : "only for the kind explode"));
        }
        if (explode != elementKey) {
            problems.accept(new Problem(
                    name(projection, ELEMENT_KEY),
                    explode
                            ? "a projection of kind explode needs a key for the elements"
                            : "only for the kind explode"));
        }
        if (kind == Kind.AGGREGATE) {
            AggregateOptions.check(config, projection, problems);
        } else {
            checkNoAggregate(config, projection, problems);
        }
        if (kind == Kind.APPEND) {
            checkAppend(config, projection, problems);
        }
        ProjectionDefinition definition;
        try {
            definition = definition(config, projection);
        } catch (AggregateOptions.ProblemException e) {
            problems.accept(e.problem());
            return;
        }
        if (kind == Kind.AGGREGATE) {
            AggregateOptions.check(definition, problems);
        }
        Set<String> seen = new HashSet<>();
        requireDistinct(name(projection, KEY), definition.key(), seen, problems);
        requireDistinct(name(projection, ELEMENT_KEY), definition.elementKey(), seen, problems);
        requireDistinct(name(projection, COLUMNS), definition.columns(), seen, problems);
        definition
                .aggregate()
                .flatMap(AggregateDefinition::completion)
                .filter(completed -> !seen.add(completed.column().toLowerCase(Locale.ROOT)))
                .ifPresent(completed -> problems.accept(new Problem(
                        name(projection, COMPLETE_COLUMN), "the column " + completed.column() + " is given twice")));
        definition
                .aggregate()
                .ifPresent(aggregate -> requireDistinct(
                        name(projection, AggregateOptions.MEMBER_KEY), aggregate.memberKey(), seen, problems));
        DeleteOptions.check(config, definition, problems);
    }

    private static void checkNoAggregate(AbstractConfig config, String projection, Consumer<Problem> problems) {
        for (String suffix : AggregateOptions.SUFFIXES) {
            String option = name(projection, suffix);
            if (config.originals().containsKey(option)) {
                problems.accept(new Problem(option, "only for the kind aggregate"));
            }
        }
    }

    private static void checkAppend(AbstractConfig config, String projection, Consumer<Problem> problems) {
        String reason = "not for the kind append, which keeps every row as it is";
        if (config.getString(name(projection, DELETE_WHEN)) != null) {
            problems.accept(new Problem(name(projection, DELETE_WHEN), reason));
        }
        if ("delete".equals(config.getString(name(projection, ON_UNMATCHED)))) {
            problems.accept(new Problem(name(projection, ON_UNMATCHED), reason));
        }
    }

    private static Kind kind(AbstractConfig config, String projection) {
        return Kind.valueOf(config.getString(name(projection, KIND)).toUpperCase(Locale.ROOT));
    }

    private static void requireDistinct(
            String option, List<Field> fields, Set<String> seen, Consumer<Problem> problems) {
        for (Field field : fields) {
            if (!seen.add(field.name().toLowerCase(Locale.ROOT))) {
                problems.accept(new Problem(option, "the column " + field.name() + " is given twice"));
            }
        }
    }

    /** The projection; every option must be valid by itself. */
    public static ProjectionDefinition definition(AbstractConfig config, String projection) {
        Kind kind = kind(config, projection);
        boolean aggregates = kind == Kind.AGGREGATE;
        ExpressionCompiler records = records(aggregates);
        String columnList = config.getString(name(projection, COLUMNS));
        List<Field> key = fields(records, config.getString(name(projection, KEY)), shorthand(aggregates));
        List<Field> columns;
        Optional<AggregateDefinition> aggregate = Optional.empty();
        if (aggregates) {
            List<AggregateColumns.Aggregate> list = AggregateColumns.parse(records, columnList);
            columns = list.stream().map(AggregateColumns.Aggregate::field).toList();
            aggregate = Optional.of(AggregateOptions.definition(
                    config,
                    projection,
                    key,
                    columns,
                    list.stream().map(AggregateColumns.Aggregate::function).toList()));
        } else {
            columns =
                    fields(kind == Kind.EXPLODE ? ProjectionVariables.ELEMENTS : records, columnList, RECORD_SHORTHAND);
        }
        return new ProjectionDefinition(
                projection,
                kind,
                Set.copyOf(config.getList(name(projection, TOPICS))),
                TableName.parse(config.getString(name(projection, TABLE))),
                optional(config, projection, WHEN).map(records::condition),
                key,
                columns,
                optional(config, projection, DELETE_WHEN).map(ProjectionVariables.RECORD::condition),
                optional(config, projection, ELEMENTS).map(ProjectionVariables.RECORD::expression),
                fields(
                        ProjectionVariables.ELEMENTS,
                        config.getString(name(projection, ELEMENT_KEY)),
                        ELEMENT_SHORTHAND),
                DeleteOptions.revision(config, projection),
                DeleteOptions.deletes(config, projection),
                "accept".equals(config.getString(name(projection, KEY_COLLATION))),
                aggregate);
    }

    private static Optional<String> optional(AbstractConfig config, String projection, String suffix) {
        return Optional.ofNullable(config.getString(name(projection, suffix)));
    }

    private static List<Field> fields(ExpressionCompiler compiler, String list, String shorthand) {
        return list.isBlank() ? List.of() : compiler.fields(list, shorthand);
    }

    private static void requireFields(List<Field> fields) {
        if (fields.isEmpty()) {
            throw new InvalidExpressionException("expected at least one column");
        }
    }

    /**
     * Checks a text with a parser that refuses by throwing.
     *
     * @param what what the parser takes, as the reference prints it
     */
    static ConfigDef.Validator text(String what, Consumer<String> parser) {
        return ConfigDef.LambdaValidator.with(
                (option, value) -> {
                    if (value == null) {
                        return;
                    }
                    try {
                        parser.accept((String) value);
                    } catch (IllegalArgumentException e) {
                        throw new ConfigException(option, value, e.getMessage());
                    }
                },
                () -> what);
    }

    /** Options of one projection in the order of their definition. */
    static final class Options {
        private final ConfigDef definition;
        private final String projection;
        private int order;

        private Options(ConfigDef definition, String projection) {
            this.definition = definition;
            this.projection = projection;
        }

        void define(
                String suffix,
                ConfigDef.Type type,
                Object defaultValue,
                ConfigDef.Validator validator,
                Importance importance,
                String documentation) {
            String option = name(projection, suffix);
            definition.define(
                    option,
                    type,
                    defaultValue,
                    validator,
                    importance,
                    documentation,
                    "Projection " + projection,
                    ++order,
                    Width.LONG,
                    suffix);
        }
    }
}
