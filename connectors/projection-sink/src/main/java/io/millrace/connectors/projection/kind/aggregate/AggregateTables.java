package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.requirement.TablePlan;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.table.View;
import io.millrace.expressions.Field;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds, checks and plans the tables of members and of announcements. */
final class AggregateTables {
    private final AggregateDefinition definition;
    private final TablePlan tables;

    AggregateTables(AggregateDefinition definition, TablePlan tables) {
        this.definition = definition;
        this.tables = tables;
    }

    /** The projection; empty if a table is missing or unfit, which the plan then contains. */
    Optional<Projection> bindTo(View view, TableDescription description) throws SQLException {
        int problems = tables.problems().size();
        int statements = tables.statements().size();
        View members = definition.hasMembers() ? findMembers(description) : null;
        View outbox = definition.completion().isPresent()
                ? findOutbox(definition.completion().get())
                : null;
        return tables.problems().size() > problems || tables.statements().size() > statements
                ? Optional.empty()
                : Optional.of(new AggregateProjection(definition, view, members, outbox));
    }

    private @Nullable View findMembers(TableDescription view) throws SQLException {
        MembersLayout layout = new MembersLayout(definition);
        Optional<TableDescription> members = tables.describe(definition.members());
        if (members.isEmpty()) {
            planMembers(layout, view);
            return null;
        }
        int before = tables.problems().size();
        new AggregateCheck(definition).checkMembers(members.get(), view, tables.problems());
        return tables.problems().size() > before
                ? null
                : makeView(
                        definition.members(),
                        members.get(),
                        layout.names(),
                        definition.memberKey().size());
    }

    private void planMembers(MembersLayout layout, TableDescription view) {
        Optional<Problem> obstacle = layout.findObstacle(
                tables.dialect(), name -> view.column(name).orElseThrow().declaration());
        if (obstacle.isPresent()) {
            tables.addProblem(obstacle.get());
        } else {
            tables.addStatements(layout.createTable(tables.dialect(), view));
        }
    }

    private @Nullable View findOutbox(AggregateDefinition.Completed completed) throws SQLException {
        Optional<TableDescription> outbox = tables.describe(completed.table());
        if (outbox.isEmpty()) {
            tables.addProblem(new Problem(
                    definition.basics().nameOf(AggregateOptions.COMPLETE_TABLE),
                    "the table " + completed.table() + " does not exist, or the user may not see it"));
            return null;
        }
        int before = tables.problems().size();
        new AggregateCheck(definition).checkOutbox(completed, outbox.get(), tables.problems());
        return tables.problems().size() > before
                ? null
                : makeView(
                        completed.table(),
                        outbox.get(),
                        completed.columns().stream().map(Field::name).toList(),
                        0);
    }

    private View makeView(TableName name, TableDescription table, List<String> columns, int keySize) {
        return new View(
                name,
                List.of(definition.basics().name()),
                columns.stream()
                        .map(column -> table.column(column).orElseThrow())
                        .toList(),
                keySize,
                0,
                View.NO_REVISION);
    }
}
