package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.kind.Deletions;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.ProjectionBasics;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.kind.aggregate.AggregateColumns.Aggregate;
import io.millrace.connectors.projection.requirement.ColumnList;
import io.millrace.connectors.projection.requirement.ColumnNeed;
import io.millrace.connectors.projection.requirement.OwnTable;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.requirement.TableCheck;
import io.millrace.connectors.projection.requirement.TableNeeds;
import io.millrace.connectors.projection.requirement.TablePlan;
import io.millrace.connectors.projection.requirement.ViewNeeds;
import io.millrace.connectors.projection.requirement.ViewSharing;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.table.View;
import io.millrace.expressions.Condition;
import io.millrace.expressions.Expression;
import io.millrace.expressions.Field;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A projection whose view has a row for each group. The key of its basics is that of the group.
 *
 * @param aggregates the other columns, in their order
 * @param memberKey identifies the member that contributes; empty if each record contributes once and for all
 * @param members the table that keeps what each member contributes
 * @param before the state that a record replaces, if records have it
 * @param after the state that a record brings, if that is not the whole value
 * @param keepsEmpty whether a group stays when nothing contributes to it
 * @param completion when a group is complete
 */
record AggregateDefinition(
        ProjectionBasics basics,
        List<Aggregate> aggregates,
        Deletions deletions,
        List<Field> memberKey,
        TableName members,
        Optional<Expression> before,
        Optional<Expression> after,
        boolean keepsEmpty,
        Optional<Completed> completion)
        implements ProjectionDefinition {
    /**
     * When a group is complete, and what to announce then.
     *
     * @param when a condition over the group
     * @param column the column of the view with the time of the completion
     * @param table the outbox
     * @param columns the outbox row's columns
     */
    record Completed(Condition when, String column, TableName table, List<Field> columns) {}

    /** Whether contributions are kept, so that each can be replaced. */
    boolean hasMembers() {
        return !memberKey.isEmpty();
    }

    List<AggregateFunction> functions() {
        return aggregates.stream().map(Aggregate::function).toList();
    }

    /** The names of the columns of the aggregates. */
    List<String> aggregateNames() {
        return aggregates.stream().map(aggregate -> aggregate.field().name()).toList();
    }

    @Override
    public ViewSharing sharing() {
        return ViewSharing.ALONE;
    }

    @Override
    public ViewNeeds viewNeeds() {
        ColumnList completionTime = new ColumnList(
                basics.nameOf(AggregateOptions.COMPLETE_COLUMN),
                completion.stream()
                        .map(completed -> new ColumnNeed(completed.column(), Optional.empty()))
                        .toList());
        return new ViewNeeds(
                List.of(ColumnList.of(basics.nameOf(AggregateOptions.KEY), basics.key())),
                0,
                List.of(new ColumnList(
                        basics.nameOf(AggregateOptions.COLUMNS),
                        aggregates.stream().map(Aggregate::need).toList())),
                List.of(completionTime),
                Optional.empty(),
                Optional.empty(),
                basics.acceptsCollation());
    }

    @Override
    public List<OwnTable> ownTables() {
        return hasMembers() ? List.of(new OwnTable(basics.nameOf(AggregateOptions.MEMBERS_TABLE), members)) : List.of();
    }

    @Override
    public void checkDefinition(Consumer<Problem> problems) {
        for (Aggregate aggregate : aggregates) {
            checkMemory(aggregate, problems);
        }
        if (before.isPresent() && !keepsEmpty && !functions().contains(AggregateFunction.COUNT_ALL)) {
            problems.accept(new Problem(
                    basics.nameOf(AggregateOptions.COLUMNS),
                    "expected a column = count(), which shows that a group is empty, or empty.groups = keep"));
        }
        viewNeeds().requireDistinct(problems, ColumnList.of(basics.nameOf(AggregateOptions.MEMBER_KEY), memberKey));
        deletions.checkUnmatched(basics, problems);
    }

    /** Some functions need the contribution of each member. */
    private void checkMemory(Aggregate aggregate, Consumer<Problem> problems) {
        String column = aggregate.field().name();
        if (aggregate.function() == AggregateFunction.DISTINCT && !hasMembers()) {
            problems.accept(new Problem(
                    basics.nameOf(AggregateOptions.MEMBER_KEY),
                    "needed for distinct in the column " + column + ", which needs the contribution of each member"));
        }
        if (aggregate.function().isExtreme() && before.isPresent()) {
            problems.accept(new Problem(
                    basics.nameOf(AggregateOptions.MEMBER_KEY),
                    "needed instead of before for min or max in the column " + column
                            + ", because a difference does not determine the next value"));
        }
    }

    @Override
    public void checkRedelivery(String guarantee, Consumer<Problem> problems) {
        problems.accept(basics.withoutRevisions(guarantee));
    }

    @Override
    public List<String> countedColumns() {
        return aggregates.stream()
                .filter(aggregate -> !aggregate.function().isExtreme())
                .map(aggregate -> aggregate.field().name())
                .toList();
    }

    @Override
    public Optional<String> findRebuildObstacle() {
        return completion.map(completed ->
                "an aggregate that announces its completion cannot be rebuilt, because it would announce again");
    }

    @Override
    public ProjectionDefinition ofTopic(String topic) {
        return new AggregateDefinition(
                basics.ofTopic(topic),
                aggregates,
                deletions,
                memberKey,
                members,
                before,
                after,
                keepsEmpty,
                completion);
    }

    @Override
    public ProjectionDefinition writeTo(UnaryOperator<TableName> target) {
        return new AggregateDefinition(
                basics.writeTo(target),
                aggregates,
                deletions,
                memberKey,
                target.apply(members),
                before,
                after,
                keepsEmpty,
                completion);
    }

    @Override
    public void checkView(TableCheck check, boolean hasAllColumns) {
        new AggregateCheck(this).checkView(check);
    }

    @Override
    public void checkTablesToCome(TableNeeds view, TablePlan tables) throws SQLException {
        if (hasMembers() && tables.describe(members).isEmpty()) {
            new MembersLayout(this).findObstacle(tables.dialect(), view::type).ifPresent(tables::addProblem);
        }
    }

    @Override
    public Optional<Projection> bindTo(View view, TableDescription description, TablePlan tables) throws SQLException {
        return new AggregateTables(this, tables).bindTo(view, description);
    }
}
