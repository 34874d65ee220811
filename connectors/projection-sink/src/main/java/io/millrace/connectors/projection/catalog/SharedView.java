package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.requirement.ColumnList;
import io.millrace.connectors.projection.requirement.Evolution;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.requirement.TableNeeds;
import io.millrace.connectors.projection.requirement.TablePlan;
import io.millrace.connectors.projection.requirement.ViewNeeds;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A table and the projections that write it as their view: checks, and the statements that create or extend it. */
final class SharedView {
    /** Stands for a table that does not exist. */
    private static final TableDescription NONE = new TableDescription(null, true, List.of(), Map.of());

    private final TableName name;
    private final List<ProjectionDefinition> definitions;
    private final Evolution evolution;
    private final Dialect dialect;
    private final ViewNeeds leading;
    private final TableNeeds needs;

    SharedView(TableName name, List<ProjectionDefinition> definitions, Dialect dialect, Evolution evolution) {
        this.name = name;
        this.definitions = List.copyOf(definitions);
        this.evolution = evolution;
        this.dialect = dialect;
        List<ViewNeeds> all =
                definitions.stream().map(ProjectionDefinition::viewNeeds).toList();
        // A projection that replaces groups decides the key's order: the group comes first.
        this.leading =
                all.stream().filter(view -> view.groupSize() > 0).findFirst().orElse(all.get(0));
        this.needs = new TableNeeds(name, dialect, leading, all);
    }

    TableName name() {
        return name;
    }

    List<ProjectionDefinition> definitions() {
        return definitions;
    }

    /** Checks each projection against the table, if it exists, and against the others. */
    void checkProjections(Optional<TableDescription> table, List<Problem> problems) {
        for (ProjectionDefinition definition : definitions) {
            table.ifPresent(
                    found -> new ViewColumnsCheck(definition, found, dialect, needs, evolution, problems).checkView());
            SharingCheck check = new SharingCheck(table.orElse(NONE), definition);
            for (ProjectionDefinition other : othersBefore(definition)) {
                if (check.findDisagreement(other).map(problems::add).orElse(false)) {
                    break;
                }
            }
            for (ProjectionDefinition other : othersBefore(definition)) {
                if (check.findRefusal(other).map(problems::add).orElse(false)) {
                    break;
                }
            }
        }
    }

    private List<ProjectionDefinition> othersBefore(ProjectionDefinition definition) {
        return definitions.subList(0, definitions.indexOf(definition));
    }

    /** Plans the creation of the table, which does not exist, or adds why it cannot be created. */
    void planCreation(TablePlan plan) {
        String advice = needs.advise(needs.untyped());
        if (evolution.create() && advice.isEmpty()) {
            plan.addStatements(List.of(needs.createTable()));
            return;
        }
        String remedy = evolution.create()
                ? ", and it cannot be created: " + advice
                : advice.isEmpty() ? "; create it, or set auto.create=true: " + needs.createTable() : "";
        for (ProjectionDefinition definition : definitions) {
            plan.addProblem(new Problem(
                    definition.basics().nameOf(CommonOptions.TABLE),
                    "the table " + name + " does not exist, or the user may not see it" + remedy));
        }
    }

    /** Adds the reasons why other tables could not be created after this one, while the response is still needed. */
    void checkTablesToCome(TablePlan plan) throws SQLException {
        for (ProjectionDefinition definition : definitions) {
            definition.checkTablesToCome(needs, plan);
        }
    }

    /** Plans the columns that the table lacks, if the sink may add them. */
    void planColumns(TableDescription table, TablePlan plan) {
        if (evolution.evolve()) {
            Set<String> missing = needs.findMissing(table).keySet();
            if (!missing.isEmpty()) {
                plan.addStatements(List.of(needs.alterTable(missing)));
            }
        }
    }

    /** The view, whose table has all columns. */
    View makeView(TableDescription table) {
        Set<String> order = new LinkedHashSet<>(ColumnList.canonicalNames(table, leading.keyNames()));
        for (ProjectionDefinition definition : definitions) {
            order.addAll(ColumnList.canonicalNames(table, definition.viewNeeds().columnNames()));
        }
        leading.computed().forEach(list -> order.addAll(ColumnList.canonicalNames(table, list.names())));
        return new View(
                name,
                definitions.stream()
                        .map(definition -> definition.basics().name())
                        .toList(),
                order.stream().map(column -> table.column(column).orElseThrow()).toList(),
                leading.keyNames().size(),
                leading.groupSize(),
                leading.revision()
                        .map(column -> List.copyOf(order).indexOf(table.canonical(column)))
                        .orElse(View.NO_REVISION));
    }
}
