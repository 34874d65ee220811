package io.millrace.connectors.projection.kind;

import io.millrace.config.Option;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.expressions.Condition;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Field;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The parts of every projection, with compiled expressions.
 *
 * @param name the projection's name, part of its options' names
 * @param kind the name of its kind
 * @param topics the topics that it takes records from, or the text of a {@link TopicPattern}; empty for all
 * @param table the view
 * @param when which records it takes; empty for all
 * @param truncateWhen which records empty the view; empty for none
 * @param key the row's key; for {@code explode} that of the group
 * @param acceptsCollation whether columns of the key may compare texts that differ as equal
 * @param unavailable what stands for values that the source did not send
 */
public record ProjectionBasics(
        String name,
        String kind,
        Set<String> topics,
        TableName table,
        Optional<Condition> when,
        Optional<Condition> truncateWhen,
        List<Field> key,
        boolean acceptsCollation,
        UnavailableValue unavailable) {
    /**
     * Reads them.
     *
     * @param when the option of the condition
     * @param key the option of the key
     */
    public static ProjectionBasics of(
            ProjectionKind kind, ProjectionSettings settings, Option<Condition> when, Option<List<Field>> key) {
        return new ProjectionBasics(
                settings.projection(),
                kind.name(),
                Set.copyOf(settings.get(CommonOptions.TOPICS)),
                settings.get(CommonOptions.TABLE),
                settings.find(when),
                settings.find(CommonOptions.TRUNCATE_WHEN),
                settings.get(key),
                settings.get(CommonOptions.KEY_COLLATION) == CommonOptions.KeyCollation.ACCEPT,
                new UnavailableValue(settings.get(CommonOptions.UNAVAILABLE_VALUE)));
    }

    /** The same, writing another table. */
    public ProjectionBasics writeTo(UnaryOperator<TableName> target) {
        return new ProjectionBasics(
                name, kind, topics, target.apply(table), when, truncateWhen, key, acceptsCollation, unavailable);
    }

    /** The pattern of the topics; empty if topics are named, or all are used. */
    public Optional<TopicPattern> topicPattern() {
        return TopicPattern.find(topics);
    }

    /** The same for one topic. */
    public ProjectionBasics ofTopic(String topic) {
        return new ProjectionBasics(
                name, kind, Set.of(topic), table, when, truncateWhen, key, acceptsCollation, unavailable);
    }

    /** The full name of one of this projection's options. */
    public String nameOf(Option<?> option) {
        return ProjectionSettings.prefix(name) + option.name();
    }

    /** The problem of a kind whose rows a redelivered record could overwrite, because they have no revision. */
    public Problem withoutRevisions(String guarantee) {
        return new Problem(
                ProjectionSettings.prefix(name) + CommonOptions.KIND,
                guarantee + " is available for upsert only, whose revision prevents redelivered records from"
                        + " overwriting newer rows");
    }

    /** Reads lists of columns; an empty text is an empty list. */
    public static List<Field> parseFields(ExpressionCompiler compiler, String list, String shorthand) {
        return list.isBlank() ? List.of() : compiler.fields(list, shorthand);
    }
}
