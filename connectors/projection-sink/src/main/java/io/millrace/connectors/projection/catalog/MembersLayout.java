package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.definition.AggregateDefinition;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.table.AggregateFunction;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.expressions.Field;
import io.millrace.expressions.Scope;
import java.util.ArrayList;
import java.util.List;
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
            String type =
                    switch (function) {
                        case COUNT, COUNT_ALL -> "SMALLINT";
                        case DISTINCT -> dialect.exactText();
                        case SUM, MIN, MAX -> view.column(name).orElseThrow().declaration();
                    };
            columns.add(dialect.quote(name) + " " + type + " NULL");
            if (function.extreme() || function == AggregateFunction.DISTINCT) {
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
