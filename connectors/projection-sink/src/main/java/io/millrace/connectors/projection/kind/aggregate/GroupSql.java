package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.table.View;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Statements on groups that have the same text in every database, without the condition that names the groups. */
final class GroupSql {
    private final Dialect dialect;
    private final GroupTable groups;
    private final String view;

    GroupSql(Dialect dialect, GroupTable groups) {
        this.dialect = dialect;
        this.groups = groups;
        this.view = dialect.quote(groups.view().name());
    }

    /** Sets an extreme to that of the members: one step into an index of the group's key and the measure. */
    String extreme(int aggregate) {
        String measure = measure(aggregate);
        return "UPDATE " + view + " SET " + column(aggregate) + " = (SELECT " + measure + ofGroup() + " AND " + measure
                + " IS NOT NULL ORDER BY " + measure
                + (groups.function(aggregate) == AggregateFunction.MAX ? " DESC" : "") + " LIMIT 1)";
    }

    /** Sets a sum to null; goes with {@link #ofNothing}. */
    String clear(int aggregate) {
        return "UPDATE " + view + " SET " + column(aggregate) + " = NULL";
    }

    /** If a sum has nothing to add up. Only a sum of 0 has to be checked. */
    String ofNothing(int aggregate) {
        return " AND " + view + "." + column(aggregate) + " = 0 AND NOT EXISTS (SELECT 1" + ofGroup() + " AND "
                + measure(aggregate) + " IS NOT NULL)";
    }

    /** Deletes groups; goes with {@link #empty}. */
    String delete() {
        return "DELETE FROM " + view;
    }

    /** If nothing contributes to the group, and it was never complete. */
    String empty() {
        String nothing = groups.members().isPresent()
                ? "NOT EXISTS (SELECT 1" + ofGroup() + ")"
                : dialect.quote(groups.counter().orElseThrow().name()) + " = 0";
        return " AND " + nothing
                + groups.completion().map(c -> incomplete(c.column())).orElse("");
    }

    /** Marks groups as complete; goes with {@link #incomplete}. */
    String complete(String column) {
        return "UPDATE " + view + " SET " + dialect.quote(column) + " = CURRENT_TIMESTAMP(6)";
    }

    String incomplete(String column) {
        return " AND " + view + "." + dialect.quote(column) + " IS NULL";
    }

    private String ofGroup() {
        View members = groups.members().orElseThrow();
        return " FROM " + dialect.quote(members.name()) + " AS m WHERE "
                + IntStream.range(0, groups.view().keySize())
                        .mapToObj(i -> "m."
                                + dialect.quote(groups.memberGroup(i).name()) + " = " + view + "."
                                + dialect.quote(groups.view().columns().get(i).name()))
                        .collect(Collectors.joining(" AND "));
    }

    private String measure(int aggregate) {
        return "m."
                + dialect.quote(groups.members()
                        .orElseThrow()
                        .columns()
                        .get(groups.measure(aggregate))
                        .name());
    }

    private String column(int aggregate) {
        return dialect.quote(groups.column(aggregate).name());
    }
}
