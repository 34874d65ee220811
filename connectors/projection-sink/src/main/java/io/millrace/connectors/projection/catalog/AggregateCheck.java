package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.definition.AggregateDefinition;
import io.millrace.connectors.projection.definition.Problem;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.table.AggregateFunction;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.expressions.Field;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** Whether the tables of an aggregating projection can be what it makes them, and if not, why. */
final class AggregateCheck {
    private final ProjectionDefinition projection;
    private final AggregateDefinition aggregate;
    private final TableDescription view;
    private final List<Problem> problems;

    AggregateCheck(ProjectionDefinition projection, TableDescription view, List<Problem> problems) {
        this.projection = projection;
        this.aggregate = projection.aggregate().orElseThrow();
        this.view = view;
        this.problems = problems;
    }

    /** The view's columns can hold what the functions say. */
    void view() {
        TableCheck check = new TableCheck(projection, projection.table(), view, problems);
        for (int i = 0; i < aggregate.functions().size(); i++) {
            AggregateFunction function = aggregate.functions().get(i);
            view.column(projection.columns().get(i).name()).ifPresent(column -> check(check, function, column));
        }
        aggregate.completion().ifPresent(completed -> check.writable(
                        ProjectionOptions.COMPLETE_COLUMN, completed.column())
                .filter(column -> column.kind() != ColumnKind.DATETIME || !column.nullable())
                .ifPresent(column -> check.add(
                        ProjectionOptions.COMPLETE_COLUMN,
                        "expected a moment that can be null in the column " + column.name() + ", found "
                                + described(column))));
    }

    private void check(TableCheck check, AggregateFunction function, Column column) {
        String use = function.name().toLowerCase(Locale.ROOT).replace("_all", "") + " in the column " + column.name();
        boolean number = column.kind() == ColumnKind.INTEGER || column.kind() == ColumnKind.DECIMAL;
        boolean grouped = function.extreme();
        if (!grouped && !number) {
            check.add(
                    ProjectionOptions.COLUMNS,
                    "expected a whole or decimal number for " + use + ", found " + described(column)
                            + (column.kind() == ColumnKind.FLOATING
                                    ? ", in which adding and taking back again leaves remainders"
                                    : ""));
        } else if (!grouped && column.typeName().toLowerCase(Locale.ROOT).contains("unsigned")) {
            check.add(
                    ProjectionOptions.COLUMNS,
                    "expected a number with a sign for " + use + ", because a difference can have one, found "
                            + described(column));
        } else if (grouped && !column.nullable()) {
            check.add(
                    ProjectionOptions.COLUMNS,
                    "expected a column that can be null for " + use
                            + ", because there may be nothing to choose from, found " + described(column));
        } else if (grouped && (column.kind() == ColumnKind.JSON || column.kind() == ColumnKind.ARRAY)) {
            check.add(
                    ProjectionOptions.COLUMNS,
                    "expected values with an order for " + use + ", found " + described(column));
        } else if (grouped && !aggregate.hasMembers() && !column.kind().isOrdered()) {
            check.add(
                    ProjectionOptions.COLUMNS,
                    "expected a number or a moment for " + use + " without member.key, found " + described(column));
        }
    }

    /** The table of members can keep the contributions. */
    void members(TableDescription members) {
        TableCheck check = new TableCheck(projection, aggregate.members(), members, problems);
        String option = ProjectionOptions.MEMBERS_TABLE;
        check.fit(option);
        boolean known = true;
        List<String> names = new MembersLayout(projection).names();
        for (String name : names) {
            known &= check.writable(option, name).isPresent();
        }
        if (!known) {
            return;
        }
        Set<String> written = new HashSet<>();
        names.forEach(name -> written.add(members.canonical(name)));
        check.keys(option, ViewCatalog.names(members, aggregate.memberKey()), written);
        check.required(option, written);
        for (Field field : projection.key()) {
            sameKind(check, field.name(), members);
        }
        for (int i : new MembersLayout(projection).measured()) {
            String name = projection.columns().get(i).name();
            AggregateFunction function = aggregate.functions().get(i);
            Column column = members.column(name).orElseThrow();
            if (!column.nullable()) {
                check.add(
                        option,
                        "expected a column that can be null for the measure " + name + ", found " + described(column));
            }
            if (function == AggregateFunction.DISTINCT && column.collated()) {
                check.add(
                        option,
                        "expected a column that tells all texts apart for the measure " + name + ", found "
                                + described(column) + ", which compares them by " + column.collation());
            }
            if (function == AggregateFunction.SUM || function.extreme()) {
                sameKind(check, name, members);
            } else if (function == AggregateFunction.COUNT && column.kind() != ColumnKind.INTEGER) {
                check.add(option, "expected a whole number for the measure " + name + ", found " + described(column));
            }
        }
    }

    private void sameKind(TableCheck check, String name, TableDescription members) {
        Column there = members.column(name).orElseThrow();
        view.column(name)
                .filter(here -> here.kind() != there.kind()
                        || here.size() != there.size()
                        || !Objects.equals(here.collation(), there.collation()))
                .ifPresent(here -> check.add(
                        ProjectionOptions.MEMBERS_TABLE,
                        "expected " + here.declaration() + ", as the view has it, for the column " + name + ", found "
                                + there.declaration()));
    }

    /** The outbox can take announcements. */
    void outbox(TableDescription outbox) {
        AggregateDefinition.Completed completed = aggregate.completion().orElseThrow();
        TableCheck check = new TableCheck(projection, completed.table(), outbox, problems);
        check.fit(ProjectionOptions.COMPLETE_TABLE);
        if (check.writable(ProjectionOptions.COMPLETE_COLUMNS, completed.columns())) {
            check.required(ProjectionOptions.COMPLETE_COLUMNS, ViewCatalog.names(outbox, completed.columns()));
        }
    }

    private static String described(Column column) {
        return column.typeName() + (column.nullable() ? "" : " NOT NULL");
    }
}
