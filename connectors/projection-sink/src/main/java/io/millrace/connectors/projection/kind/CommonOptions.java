package io.millrace.connectors.projection.kind;

import io.millrace.config.Option;
import io.millrace.connectors.projection.kind.Deletions.Tombstones;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.expressions.Condition;
import io.millrace.expressions.Expression;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Field;
import java.util.List;
import java.util.function.Function;

/** The options that several kinds have. Those whose expressions may name different variables are made for a compiler. */
public final class CommonOptions {
    public static final String KIND = "kind";

    /** The syntax of a list of columns, for the reference. */
    public static final String COLUMN_LIST = "a list of column = expression";

    /** The texts that a key's column must distinguish. */
    public enum KeyCollation {
        EXACT,
        ACCEPT
    }

    public static final Option<String> UNAVAILABLE_VALUE = Option.string("unavailable.value")
            .defaultTo("__debezium_unavailable_value")
            .low("Debezium's unavailable.value.placeholder: the text that replaces an unchanged value that the "
                    + "source's database did not send. A column of upsert keeps its value then; in every other use "
                    + "the record is refused. If it is empty, no text is treated as a placeholder.");

    /** The effect of a record for which the condition does not hold. */
    public enum Unmatched {
        IGNORE,
        DELETE
    }

    public static final Option<List<String>> TOPICS = Option.list("topics")
            .valid("names of topics, or one pattern with parts such as {tenant}", TopicPattern::requireTopics)
            .defaultTo(List.of())
            .medium("The topics whose records the projection uses. If it is empty, all of the sink's topics. A pattern "
                    + "such as shop.{tenant:[a-z]+}.orders gives each topic that it matches a view of its own, also a "
                    + "topic that appears later; table contains the parts.");

    public static final Option<TableName> TABLE = tableName("table")
            .high("The view: table or database.table, in backticks if a name contains a dot. The projection's key "
                    + "must be a primary or unique key of it. If topics is a pattern, the name contains its parts, as in "
                    + "orders_{tenant}.");

    public static final Option<KeyCollation> KEY_COLLATION = Option.choice("key.collation", KeyCollation.class)
            .defaultTo("exact")
            .low("exact: a text column of the key must distinguish all texts. accept: its collation may treat "
                    + "different texts as equal, e.g. in case; the last event of either key then has the row.");

    public static final Option<Condition> DELETE_WHEN = ofExpressions(
                    compilers -> Option.string("delete.when").as("a condition in CEL", compilers.record()::condition))
            .medium("A condition in CEL for the records that delete the row; for explode the group; for aggregate the "
                    + "contribution of their member.");

    public static final Option<Condition> TRUNCATE_WHEN = ofExpressions(
                    compilers -> Option.string("truncate.when").as("a condition in CEL", compilers.record()::condition))
            .medium(
                    "A condition in CEL for the records that empty the view, e.g. value.op == 't'. It is evaluated before "
                            + "when. Without a revision, the view's rows must come from one topic with one partition. With a "
                            + "revision, the record must have one too, and the rows with a lower revision are deleted. The view "
                            + "belongs to this projection alone.");

    public static final Option<Tombstones> ON_TOMBSTONE = Option.choice("on.tombstone", Tombstones.class)
            .defaultTo("delete")
            .low("The effect of a record without a value: delete the row or the group, ignore the record, or refuse "
                    + "it.");

    public static final Option<Unmatched> ON_UNMATCHED = Option.choice("on.unmatched", Unmatched.class)
            .defaultTo("ignore")
            .low("The effect of a record for which when does not hold: ignore the record, or delete the row or the "
                    + "group, so that the view contains only rows whose last event matches.");

    /** Projections of one view must agree on it, also if their kind does not have it. */
    public static final Option<String> REVISION = Option.string("revision")
            .medium("For upsert: one of the columns, a whole number, a decimal or a time. An event with a lower "
                    + "revision than the row's changes nothing, whatever the order of events.");

    /** As with {@link #REVISION}. */
    public static final Option<DeletedRows> ON_DELETE = Option.choice("on.delete", DeletedRows.class)
            .defaultTo("row")
            .medium("row: a delete event deletes the row. mark: it sets deleted.column, so that the row's revision "
                    + "remains and an older event cannot restore the row. mark is available for upsert only.");

    /** The handling of a deleted row. */
    public enum DeletedRows {
        ROW,
        MARK
    }

    /** For expressions over a record alone. */
    public static final Option<Condition> WHEN = ofExpressions(compilers -> when(compilers.record()));

    /** As {@link #WHEN}. */
    public static final Option<List<Field>> KEY = ofExpressions(compilers -> key(compilers.record(), "value"));

    /** As {@link #WHEN}. */
    public static final Option<List<Field>> COLUMNS = ofExpressions(compilers -> columns(compilers.record()));

    /** As {@link #COLUMNS}, which the record may leave unchanged. */
    public static final Option<List<Field>> PARTIAL_COLUMNS = ofExpressions(compilers -> columns(compilers.partial()));

    private CommonOptions() {}

    /** An option with expressions, which the compilers of its connector compile. */
    public static <T> Option<T> ofExpressions(Function<ProjectionCompilers, Option<T>> declaration) {
        return Option.ofContext(ProjectionCompilers.PLAIN, declaration);
    }

    /** The condition of the records that a projection takes. */
    public static Option<Condition> when(ExpressionCompiler compiler) {
        return Option.string("when")
                .as("a condition in CEL", compiler::condition)
                .medium("A condition in CEL over key, value, headers, topic, partition, offset and timestamp for the "
                        + "records that the projection uses. It is not evaluated for tombstones. If it is not set, "
                        + "all records are used.");
    }

    /**
     * The key.
     *
     * @param shorthand the variable of which a bare name is a field
     */
    public static Option<List<Field>> key(ExpressionCompiler compiler, String shorthand) {
        return Option.string("key")
                .as(COLUMN_LIST, list -> requireFields(ProjectionBasics.parseFields(compiler, list, shorthand)))
                .required()
                .high("The row's key as a list of column = expression; a bare name is the field of that name of the "
                        + "value. For explode, the columns that identify the group of rows of one array; for "
                        + "aggregate, the group to which a record contributes. If tombstones are to delete, the key "
                        + "must use only key.");
    }

    /** The other columns. */
    public static Option<List<Field>> columns(ExpressionCompiler compiler) {
        return columnsText().as(COLUMN_LIST, list -> ProjectionBasics.parseFields(compiler, list, "value"));
    }

    /** The other columns, as a text that the kind itself reads. */
    public static Option<String> columnsText() {
        return Option.string("columns")
                .defaultTo("")
                .high("The other columns as a list of column = expression. For explode, expressions can also read "
                        + "element. For aggregate, a list of column = count(), or count, sum, min, max or distinct "
                        + "of an expression.");
    }

    /** A list of columns, empty if nothing else is set. */
    public static Option<List<Field>> fields(String name, ExpressionCompiler compiler, String shorthand) {
        return Option.string(name)
                .as(COLUMN_LIST, list -> ProjectionBasics.parseFields(compiler, list, shorthand))
                .defaultTo("");
    }

    /** An expression over a record. */
    public static Option<Expression> expression(String name) {
        return ofExpressions(
                compilers -> Option.string(name).as("an expression in CEL", compilers.record()::expression));
    }

    /** The name of a table. */
    public static Option<TableName> tableName(String name) {
        return Option.string(name).as("table, database.table or schema.table", TableName::parse);
    }

    private static List<Field> requireFields(List<Field> fields) {
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("expected at least one column");
        }
        return fields;
    }
}
