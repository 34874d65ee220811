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
    public static final String ELEMENTS = "elements";
    public static final String ELEMENT_KEY = "element.key";
    public static final String KEY_COLLATION = "key.collation";
    public static final String REVISION = "revision";
    public static final String ON_DELETE = "on.delete";
    public static final String DELETED_COLUMN = "deleted.column";
    public static final String ON_TOMBSTONE = "on.tombstone";
    public static final String ON_UNMATCHED = "on.unmatched";

    /** All of them, without the projection's name. */
    public static final List<String> SUFFIXES = List.of(
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
            ON_UNMATCHED);

    private static final String RECORD_SHORTHAND = "value";
    private static final String ELEMENT_SHORTHAND = "element";

    private ProjectionOptions() {}

    public static String name(String projection, String suffix) {
        return PREFIX + projection + "." + suffix;
    }

    /** Declares the options of the projection of this name and kind. */
    public static void define(ConfigDef definition, String projection, Optional<Kind> kind) {
        ExpressionCompiler columns =
                kind.equals(Optional.of(Kind.UPSERT)) ? ProjectionVariables.RECORD : ProjectionVariables.ELEMENTS;
        Options options = new Options(definition, projection);
        options.define(
                KIND,
                ConfigDef.Type.STRING,
                ConfigDef.NO_DEFAULT_VALUE,
                ValidString.in("upsert", "explode"),
                Importance.HIGH,
                "upsert: an event writes or deletes a row. explode: an event writes a row for each element of an array,"
                        + " and deletes the rows of elements that vanished.");
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
                text(TableName::parse),
                Importance.HIGH,
                "The view: table or database.table, in backticks where a name holds a dot. Its key must be a primary or"
                        + " unique key.");
        options.define(
                WHEN,
                ConfigDef.Type.STRING,
                null,
                text(ProjectionVariables.RECORD::condition),
                Importance.MEDIUM,
                "A condition in CEL over key, value, headers, topic, partition, offset and timestamp: the records that"
                        + " the projection is about. Tombstones are not asked. Without it, all.");
        options.define(
                KEY,
                ConfigDef.Type.STRING,
                ConfigDef.NO_DEFAULT_VALUE,
                text(list -> requireFields(fields(ProjectionVariables.RECORD, list, RECORD_SHORTHAND))),
                Importance.HIGH,
                "The row's key as a list of column = expression; a bare name is the field of that name of the value."
                        + " For explode, the columns that name the group of rows that one array fills. Where tombstones"
                        + " are to delete, the key must come from key alone.");
        options.define(
                COLUMNS,
                ConfigDef.Type.STRING,
                "",
                text(list -> fields(columns, list, RECORD_SHORTHAND)),
                Importance.HIGH,
                "The other columns as a list of column = expression. For explode, expressions can also read element.");
        options.define(
                DELETE_WHEN,
                ConfigDef.Type.STRING,
                null,
                text(ProjectionVariables.RECORD::condition),
                Importance.MEDIUM,
                "A condition in CEL: the records that delete the row or, for explode, the group.");
        options.define(
                ELEMENTS,
                ConfigDef.Type.STRING,
                null,
                text(ProjectionVariables.RECORD::expression),
                Importance.MEDIUM,
                "For explode: the array. One that is null or missing has no elements.");
        options.define(
                ELEMENT_KEY,
                ConfigDef.Type.STRING,
                "",
                text(list -> fields(ProjectionVariables.ELEMENTS, list, ELEMENT_SHORTHAND)),
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
    }

    /** What can be wrong although each option by itself is right. */
    public static void check(AbstractConfig config, String projection, Consumer<Problem> problems) {
        boolean explode = "explode".equals(config.getString(name(projection, KIND)));
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
        ProjectionDefinition definition = definition(config, projection);
        Set<String> seen = new HashSet<>();
        requireDistinct(name(projection, KEY), definition.key(), seen, problems);
        requireDistinct(name(projection, ELEMENT_KEY), definition.elementKey(), seen, problems);
        requireDistinct(name(projection, COLUMNS), definition.columns(), seen, problems);
        DeleteOptions.check(config, definition, problems);
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
        Kind kind = Kind.valueOf(config.getString(name(projection, KIND)).toUpperCase(Locale.ROOT));
        ExpressionCompiler columns = kind == Kind.UPSERT ? ProjectionVariables.RECORD : ProjectionVariables.ELEMENTS;
        return new ProjectionDefinition(
                projection,
                kind,
                Set.copyOf(config.getList(name(projection, TOPICS))),
                TableName.parse(config.getString(name(projection, TABLE))),
                optional(config, projection, WHEN).map(ProjectionVariables.RECORD::condition),
                fields(ProjectionVariables.RECORD, config.getString(name(projection, KEY)), RECORD_SHORTHAND),
                fields(columns, config.getString(name(projection, COLUMNS)), RECORD_SHORTHAND),
                optional(config, projection, DELETE_WHEN).map(ProjectionVariables.RECORD::condition),
                optional(config, projection, ELEMENTS).map(ProjectionVariables.RECORD::expression),
                fields(
                        ProjectionVariables.ELEMENTS,
                        config.getString(name(projection, ELEMENT_KEY)),
                        ELEMENT_SHORTHAND),
                DeleteOptions.revision(config, projection),
                DeleteOptions.deletes(config, projection),
                "accept".equals(config.getString(name(projection, KEY_COLLATION))));
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

    /** Checks a text with a parser that refuses by throwing. */
    private static ConfigDef.Validator text(Consumer<String> parser) {
        return (option, value) -> {
            if (value == null) {
                return;
            }
            try {
                parser.accept((String) value);
            } catch (InvalidExpressionException | IllegalArgumentException e) {
                throw new ConfigException(option, value, e.getMessage());
            }
        };
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
