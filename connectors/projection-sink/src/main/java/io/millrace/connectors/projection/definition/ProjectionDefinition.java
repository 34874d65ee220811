package io.millrace.connectors.projection.definition;

import io.millrace.connectors.projection.table.TableName;
import io.millrace.expressions.Condition;
import io.millrace.expressions.Expression;
import io.millrace.expressions.Field;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A projection as the configuration says it, every expression compiled.
 *
 * @param name the projection's name, part of its options' names
 * @param kind what a record does to the view
 * @param topics the topics it takes records from; empty means all
 * @param table the view
 * @param when the records it is about, or all
 * @param key for {@code upsert} the row's key, for {@code explode} the group's
 * @param columns the other columns; for {@code aggregate} the aggregates' measures
 * @param deleteWhen the records that delete, or none
 * @param elements the array to explode
 * @param elementKey what tells an element's row from the others of its group
 * @param revision the column that tells which of two events is the newer one, if any
 * @param deletes what deletes a row, beside {@code deleteWhen}, and how
 * @param acceptsCollation whether columns of the key may take texts that differ for one
 * @param aggregate what is special to the kind {@code aggregate}
 */
public record ProjectionDefinition(
        String name,
        Kind kind,
        Set<String> topics,
        TableName table,
        Optional<Condition> when,
        List<Field> key,
        List<Field> columns,
        Optional<Condition> deleteWhen,
        Optional<Expression> elements,
        List<Field> elementKey,
        Optional<String> revision,
        Deletes deletes,
        boolean acceptsCollation,
        Optional<AggregateDefinition> aggregate) {
    /** What a record does to the view. */
    public enum Kind {
        /** Writes or deletes a row. */
        UPSERT,
        /** Writes a row for each element of an array, and deletes those of elements that vanished. */
        EXPLODE,
        /** Adds a row and never changes one. */
        APPEND,
        /** Changes what is said of a group. */
        AGGREGATE
    }

    /** The tables that hold what its events say: the view, and beside an aggregate its members. */
    public Set<TableName> tables() {
        Set<TableName> tables = new LinkedHashSet<>();
        tables.add(table);
        aggregate.filter(AggregateDefinition::hasMembers).ifPresent(definition -> tables.add(definition.members()));
        return tables;
    }

    /** The same projection, writing other tables. */
    public ProjectionDefinition writing(UnaryOperator<TableName> target) {
        return new ProjectionDefinition(
                name,
                kind,
                topics,
                target.apply(table),
                when,
                key,
                columns,
                deleteWhen,
                elements,
                elementKey,
                revision,
                deletes,
                acceptsCollation,
                aggregate.map(definition -> definition.writing(target)));
    }

    /** What a record without a value does. */
    public enum Tombstones {
        /** Deletes. */
        DELETE,
        /** Nothing. */
        IGNORE,
        /** Is refused. */
        FAIL
    }

    /**
     * How rows are deleted.
     *
     * @param mark the column that is set instead of deleting the row, if any
     * @param tombstones what a record without a value does
     * @param onUnmatched whether a record deletes that {@code when} does not hold for
     */
    public record Deletes(Optional<String> mark, Tombstones tombstones, boolean onUnmatched) {}

    /** The fields of the row's whole key. */
    public List<Field> rowKey() {
        List<Field> fields = new ArrayList<>(key);
        fields.addAll(elementKey);
        return fields;
    }

    /** The name of one of this projection's options. */
    public String option(String suffix) {
        return ProjectionOptions.name(name, suffix);
    }
}
