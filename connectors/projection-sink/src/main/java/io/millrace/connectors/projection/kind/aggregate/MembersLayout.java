package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.Dialect.IndexColumn;
import io.millrace.connectors.projection.database.Dialect.IndexObstacle;
import io.millrace.connectors.projection.kind.aggregate.AggregateColumns.Aggregate;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.expressions.Field;
import io.millrace.expressions.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** The columns of a table of members: the member's key, the group's key, then the measures, under the view's names. */
final class MembersLayout {
    private static final Scope NO_RECORD = new Scope() {
        @Override
        public @Nullable Object value(int variable) {
            return null;
        }

        @Override
        public @Nullable Schema schema(int variable) {
            return null;
        }

        @Override
        public boolean structured() {
            return true;
        }
    };

    private final AggregateDefinition definition;

    MembersLayout(AggregateDefinition definition) {
        this.definition = definition;
    }

    private List<Aggregate> measured() {
        return definition.aggregates().stream()
                .filter(aggregate -> aggregate.function().hasMeasure())
                .toList();
    }

    /** The columns in the table's order. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        definition.memberKey().forEach(field -> names.add(field.name()));
        definition.basics().key().forEach(field -> names.add(field.name()));
        measured().forEach(aggregate -> names.add(aggregate.field().name()));
        return names;
    }

    /**
     * Why the table cannot be created: an index that it needs is not possible.
     *
     * @param viewType the type of a column of the view
     */
    Optional<Problem> findObstacle(Dialect dialect, UnaryOperator<String> viewType) {
        List<IndexColumn> key = definition.memberKey().stream()
                .map(field -> new IndexColumn(field.name(), memberKeyType(dialect, field)))
                .toList();
        Optional<IndexObstacle> obstacle = dialect.findIndexObstacle(key);
        if (obstacle.isPresent()) {
            return Optional.of(new Problem(
                    definition.basics().nameOf(AggregateOptions.MEMBER_KEY),
                    "the table " + definition.members() + " cannot be created with this key: "
                            + obstacle.get().reason() + ". Create it yourself, with shorter columns"));
        }
        return measured().stream()
                .filter(aggregate -> isIndexed(aggregate.function()))
                .flatMap(aggregate -> findIndexObstacle(dialect, aggregate, viewType).stream())
                .findFirst();
    }

    private Optional<Problem> findIndexObstacle(Dialect dialect, Aggregate aggregate, UnaryOperator<String> viewType) {
        String name = aggregate.field().name();
        AggregateFunction function = aggregate.function();
        List<IndexColumn> columns = new ArrayList<>();
        definition
                .basics()
                .key()
                .forEach(field -> columns.add(new IndexColumn(field.name(), viewType.apply(field.name()))));
        columns.add(new IndexColumn(name, measureType(dialect, function, viewType.apply(name))));
        return dialect.findIndexObstacle(columns)
                .map(obstacle -> new Problem(
                        definition.basics().nameOf(AggregateOptions.COLUMNS),
                        "the table " + definition.members() + " cannot be created with an index of the group and of "
                                + name + ", which " + function.name().toLowerCase(Locale.ROOT) + " needs: "
                                + obstacle.reason() + ". "
                                + (function.isExtreme()
                                        ? "Give the view's column " + name + " a type such as VARCHAR(255), or create "
                                        : "Create ")
                                + definition.members() + " yourself, with an index of a prefix, as in "
                                + obstacle.remedy()));
    }

    /** The type of the column that keeps what a member gives for an aggregate. */
    private static String measureType(Dialect dialect, AggregateFunction function, String viewType) {
        return switch (function) {
            case COUNT, COUNT_ALL -> "SMALLINT";
            case DISTINCT -> dialect.exactText();
            case SUM, MIN, MAX -> viewType;
        };
    }

    private static boolean isIndexed(AggregateFunction function) {
        return function.isExtreme() || function == AggregateFunction.DISTINCT;
    }

    /** The statements that create the table. */
    List<String> createTable(Dialect dialect, TableDescription view) {
        List<String> columns = new ArrayList<>();
        List<String> key = new ArrayList<>();
        for (Field field : definition.memberKey()) {
            columns.add(dialect.quote(field.name()) + " " + memberKeyType(dialect, field) + " NOT NULL");
            key.add(dialect.quote(field.name()));
        }
        List<String> group = new ArrayList<>();
        for (Field field : definition.basics().key()) {
            Column column = view.column(field.name()).orElseThrow();
            columns.add(dialect.quote(field.name()) + " " + column.declaration() + " NOT NULL");
            group.add(dialect.quote(field.name()));
        }
        List<List<String>> indexes = new ArrayList<>();
        for (Aggregate aggregate : measured()) {
            String name = aggregate.field().name();
            String type = measureType(
                    dialect,
                    aggregate.function(),
                    view.column(name).orElseThrow().declaration());
            columns.add(dialect.quote(name) + " " + type + " NULL");
            if (isIndexed(aggregate.function())) {
                List<String> index = new ArrayList<>(group);
                index.add(dialect.quote(name));
                indexes.add(index);
            }
        }
        if (indexes.isEmpty()) {
            indexes.add(group);
        }
        return dialect.createTable(definition.members(), columns, key, indexes);
    }

    /** A whole number if the expression has that type in every record; else text, which takes everything. */
    private static String memberKeyType(Dialect dialect, Field field) {
        Schema schema = field.expression().schema(NO_RECORD);
        boolean whole = schema != null
                && schema.name() == null
                && (schema.type() == Schema.Type.INT64 || schema.type() == Schema.Type.INT32);
        return whole ? "BIGINT" : dialect.exactText();
    }
}
