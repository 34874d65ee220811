package io.millrace.connectors.projection.definition;

import io.millrace.connectors.projection.table.AggregateFunction;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.expressions.Condition;
import io.millrace.expressions.Expression;
import io.millrace.expressions.Field;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What is special to an aggregating projection, as the configuration says it.
 *
 * @param functions the aggregates, in the order of the projection's columns, whose expressions are the measures
 * @param memberKey what tells contributors apart; empty where each record contributes once and for all
 * @param members the table that keeps what each of them contributes
 * @param before the state that a record replaces, where records have it
 * @param after the state that a record brings, where it is not the whole value
 * @param keepsEmpty whether a group stays when nothing contributes to it any more
 * @param completion when a group is complete
 */
public record AggregateDefinition(
        List<AggregateFunction> functions,
        List<Field> memberKey,
        TableName members,
        Optional<Expression> before,
        Optional<Expression> after,
        boolean keepsEmpty,
        Optional<Completed> completion) {
    /** Whether contributions are kept, so that each can be replaced. */
    public boolean hasMembers() {
        return !memberKey.isEmpty();
    }

    /** The same, with contributions kept in another table. */
    AggregateDefinition writing(UnaryOperator<TableName> target) {
        return new AggregateDefinition(
                functions, memberKey, target.apply(members), before, after, keepsEmpty, completion);
    }

    /**
     * When a group is complete, and what to announce then.
     *
     * @param when a condition over the group
     * @param column the column of the view that says since when
     * @param table the outbox
     * @param columns the outbox row's columns
     */
    public record Completed(Condition when, String column, TableName table, List<Field> columns) {}
}
