package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.definition.AggregateDefinition;
import io.millrace.connectors.projection.definition.Problem;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.table.AggregateFunction;
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

/** The columns of a table of members: the member's key, the group's key, then the measures, under the view's names. */
final class MembersLayout {
    private static final Scope NO_RECORD = new Scope() {
        @Override
        public Object value(int variable) {
            return null;
        }

        @Override
        public Schema schema(int variable) {
            return null;
        }

        @Override
        public boolean structured() {
            return true;
        }
    };

    private final ProjectionDefinition projection;
    private final AggregateDefinition aggregate;

    MembersLayout(ProjectionDefinition projection) {
        this.projection = projection;
        this.aggregate = projection.aggregate().orElseThrow();
    }

    /** The aggregates that have a measure, as indexes into the projection's columns. */
    List<Integer> measured() {
        List<Integer> measured = new ArrayList<>();
        for (int i = 0; i < aggregate.functions().size(); i++) {
            if (aggregate.functions().get(i).measured()) {
                measured.add(i);
            }
        }
        return measured;
    }

    /** The columns in the table's order. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        aggregate.memberKey().forEach(field -> names.add(field.name()));
        projection.key().forEach(field -> names.add(field.name()));
        measured().forEach(i -> names.add(projection.columns().get(i).name()));
        return names;
    }

    /**
     * Why the table cannot be created: an index that it needs is not possible.
     *
     * @param viewType the type of a column of the view
     */
    Optional<Problem> problem(Dialect dialect, UnaryOperator<String> viewType) {
        Optional<Problem> problem = dialect.unindexable(aggregate.memberKey().stream()
                        .map(field -> type(dialect, field))
                        .toList())
                .map(reason -> new Problem(
                        projection.option(ProjectionOptions.MEMBER_KEY),
                        "the table " + aggregate.members() + " cannot be created with this key: " + reason
                                + ". Create it yourself, with shorter columns"));
        for (int i : measured()) {
            AggregateFunction function = aggregate.functions().get(i);
            if (problem.isPresent() || !indexed(function)) {
                continue;
            }
            String name = projection.columns().get(i).name();
            List<String> types = new ArrayList<>();
            projection.key().forEach(field -> types.add(viewType.apply(field.name())));
            types.add(measureType(dialect, function, viewType.apply(name)));
            problem = dialect.unindexable(types)
                    .map(reason -> new Problem(
                            projection.option(ProjectionOptions.COLUMNS),
                            "the table " + aggregate.members() + " cannot be created with an index of the group and of "
                                    + name + ", which " + function.name().toLowerCase(Locale.ROOT) + " needs: " + reason
                                    + ". "
                                    + (function.extreme()
                                            ? "Give the view's column " + name
                                                    + " a type such as VARCHAR(255), or create "
                                            : "Create ")
                                    + aggregate.members() + " yourself, with an index of a prefix, as in KEY ("
                                    + String.join(
                                            ", ",
                                            projection.key().stream()
                                                    .map(Field::name)
                                                    .toList())
                                    + ", " + name + "(100))"));
        }
        return problem;
    }

    /** The type of the column that keeps what a member gives for an aggregate. */
    private static String measureType(Dialect dialect, AggregateFunction function, String viewType) {
        return switch (function) {
            case COUNT, COUNT_ALL -> "SMALLINT";
            case DISTINCT -> dialect.exactText();
            case SUM, MIN, MAX -> viewType;
        };
    }

    private static boolean indexed(AggregateFunction function) {
        return function.extreme() || function == AggregateFunction.DISTINCT;
    }

    /** The statements that create the table. */
    List<String> create(Dialect dialect, TableDescription view) {
        List<String> columns = new ArrayList<>();
        List<String> key = new ArrayList<>();
        for (Field field : aggregate.memberKey()) {
            columns.add(dialect.quote(field.name()) + " " + type(dialect, field) + " NOT NULL");
            key.add(dialect.quote(field.name()));
        }
        List<String> group = new ArrayList<>();
        for (Field field : projection.key()) {
            Column column = view.column(field.name()).orElseThrow();
            columns.add(dialect.quote(field.name()) + " " + column.declaration() + " NOT NULL");
            group.add(dialect.quote(field.name()));
        }
        List<List<String>> indexes = new ArrayList<>();
        for (int i : measured()) {
            AggregateFunction function = aggregate.functions().get(i);
            String name = projection.columns().get(i).name();
            String type = measureType(
                    dialect, function, view.column(name).orElseThrow().declaration());
            columns.add(dialect.quote(name) + " " + type + " NULL");
            if (indexed(function)) {
                List<String> index = new ArrayList<>(group);
                index.add(dialect.quote(name));
                indexes.add(index);
            }
        }
        if (indexes.isEmpty()) {
            indexes.add(group);
        }
        return dialect.createTable(aggregate.members(), columns, key, indexes);
    }

    /** A whole number where that is known before the first record; else text, which takes everything. */
    private static String type(Dialect dialect, Field field) {
        Schema schema = field.expression().schema(NO_RECORD);
        boolean whole = schema != null
                && schema.name() == null
                && (schema.type() == Schema.Type.INT64 || schema.type() == Schema.Type.INT32);
        return whole ? "BIGINT" : dialect.exactText();
    }
}
