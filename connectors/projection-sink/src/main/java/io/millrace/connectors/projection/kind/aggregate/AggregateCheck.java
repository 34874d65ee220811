package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.kind.aggregate.AggregateColumns.Aggregate;
import io.millrace.connectors.projection.requirement.ColumnList;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.requirement.TableCheck;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.expressions.Field;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** Checks whether the tables of an aggregating projection can hold its values. */
final class AggregateCheck {
    private final AggregateDefinition definition;

    AggregateCheck(AggregateDefinition definition) {
        this.definition = definition;
    }

    /** The view's columns can hold what the functions compute. */
    void checkView(TableCheck check) {
        for (Aggregate aggregate : definition.aggregates()) {
            check.table()
                    .column(aggregate.field().name())
                    .ifPresent(column -> checkColumn(check, aggregate.function(), column));
        }
        String option = definition.basics().nameOf(AggregateOptions.COMPLETE_COLUMN);
        definition
                .completion()
                .flatMap(completed -> check.findWritable(option, completed.column()))
                .filter(column -> column.kind() != ColumnKind.DATETIME || !column.nullable())
                .ifPresent(column -> check.add(
                        option,
                        "expected a nullable time in the column " + column.name() + ", found " + described(column)));
    }

    private void checkColumn(TableCheck check, AggregateFunction function, Column column) {
        String use = function.name().toLowerCase(Locale.ROOT).replace("_all", "") + " in the column " + column.name();
        boolean number = column.kind() == ColumnKind.INTEGER || column.kind() == ColumnKind.DECIMAL;
        boolean grouped = function.isExtreme();
        String option = definition.basics().nameOf(AggregateOptions.COLUMNS);
        if (!grouped && !number) {
            check.add(
                    option,
                    "expected a whole or decimal number for " + use + ", found " + described(column)
                            + (column.kind() == ColumnKind.FLOATING
                                    ? ", in which adding and subtracting leaves remainders"
                                    : ""));
        } else if (!grouped && column.typeName().toLowerCase(Locale.ROOT).contains("unsigned")) {
            check.add(
                    option,
                    "expected a signed number for " + use + ", because a difference can have one, found "
                            + described(column));
        } else if (grouped && !column.nullable()) {
            check.add(
                    option,
                    "expected a nullable column for " + use + ", because a group may have no value, found "
                            + described(column));
        } else if (grouped && (column.kind() == ColumnKind.JSON || column.kind() == ColumnKind.ARRAY)) {
            check.add(option, "expected values with an order for " + use + ", found " + described(column));
        } else if (grouped && !definition.hasMembers() && !column.kind().isOrdered()) {
            check.add(
                    option,
                    "expected a number or a time for " + use + " without member.key, found " + described(column));
        }
    }

    /** The table of members can keep the contributions. */
    void checkMembers(TableDescription members, TableDescription view, List<Problem> problems) {
        TableCheck check = new TableCheck(definition.members(), members, problems);
        String option = definition.basics().nameOf(AggregateOptions.MEMBERS_TABLE);
        check.requireFit(option);
        boolean known = true;
        List<String> names = new MembersLayout(definition).names();
        for (String name : names) {
            known &= check.findWritable(option, name).isPresent();
        }
        if (!known) {
            return;
        }
        Set<String> written = ColumnList.canonicalNames(members, names);
        List<String> key = definition.memberKey().stream().map(Field::name).toList();
        check.requireKey(option, ColumnList.canonicalNames(members, key), written);
        check.requireValues(option, written);
        for (Field field : definition.basics().key()) {
            requireSameKind(check, field.name(), view);
        }
        for (Aggregate aggregate : definition.aggregates()) {
            if (aggregate.function().hasMeasure()) {
                checkMeasure(check, aggregate, view);
            }
        }
    }

    private void checkMeasure(TableCheck check, Aggregate aggregate, TableDescription view) {
        String option = definition.basics().nameOf(AggregateOptions.MEMBERS_TABLE);
        String name = aggregate.field().name();
        AggregateFunction function = aggregate.function();
        Column column = check.table().column(name).orElseThrow();
        if (!column.nullable()) {
            check.add(option, "expected a nullable column for the measure " + name + ", found " + described(column));
        }
        if (function == AggregateFunction.DISTINCT && column.collated()) {
            check.add(
                    option,
                    "expected a column that distinguishes all texts for the measure " + name + ", found "
                            + described(column) + ", which compares them by " + column.collation());
        }
        if (function == AggregateFunction.SUM || function.isExtreme()) {
            requireSameKind(check, name, view);
        } else if (function == AggregateFunction.COUNT && column.kind() != ColumnKind.INTEGER) {
            check.add(option, "expected a whole number for the measure " + name + ", found " + described(column));
        }
    }

    private void requireSameKind(TableCheck check, String name, TableDescription view) {
        Column there = check.table().column(name).orElseThrow();
        view.column(name)
                .filter(here -> here.kind() != there.kind()
                        || here.size() != there.size()
                        || !Objects.equals(here.collation(), there.collation()))
                .ifPresent(here -> check.add(
                        definition.basics().nameOf(AggregateOptions.MEMBERS_TABLE),
                        "expected " + here.declaration() + ", as the view has it, for the column " + name + ", found "
                                + there.declaration()));
    }

    /** The outbox can take announcements. */
    void checkOutbox(AggregateDefinition.Completed completed, TableDescription outbox, List<Problem> problems) {
        TableCheck check = new TableCheck(completed.table(), outbox, problems);
        check.requireFit(definition.basics().nameOf(AggregateOptions.COMPLETE_TABLE));
        ColumnList columns =
                ColumnList.of(definition.basics().nameOf(AggregateOptions.COMPLETE_COLUMNS), completed.columns());
        if (check.requireWritable(columns)) {
            check.requireValues(columns.option(), ColumnList.canonicalNames(outbox, columns.names()));
        }
    }

    private static String described(Column column) {
        return column.typeName() + (column.nullable() ? "" : " NOT NULL");
    }
}
