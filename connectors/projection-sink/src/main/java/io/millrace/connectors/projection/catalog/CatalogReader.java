package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.requirement.Evolution;
import io.millrace.connectors.projection.requirement.OwnTable;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.requirement.TablePlan;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Matches projections with the tables that they write: what does not match, and the views if everything does. */
public final class CatalogReader {
    private final List<ProjectionDefinition> definitions;
    private final Evolution evolution;

    /**
     * A reader of the tables of these projections.
     *
     * @param evolution what the sink may do to tables
     */
    public CatalogReader(List<ProjectionDefinition> definitions, Evolution evolution) {
        this.definitions = List.copyOf(definitions);
        this.evolution = evolution;
    }

    /** Reads the tables, and changes nothing. */
    public ViewCatalog read(Database database) throws SQLException {
        Map<TableName, List<ProjectionDefinition>> byTable = new LinkedHashMap<>();
        for (ProjectionDefinition definition : definitions) {
            byTable.computeIfAbsent(definition.basics().table(), table -> new ArrayList<>())
                    .add(definition);
        }
        TablePlan plan = new TablePlan(database);
        Map<String, Projection> bound = new HashMap<>();
        for (Map.Entry<TableName, List<ProjectionDefinition>> view : byTable.entrySet()) {
            readView(new SharedView(view.getKey(), view.getValue(), plan.dialect(), evolution), plan, bound);
        }
        requireOwnTables(plan);
        List<Projection> projections = definitions.stream()
                .map(definition -> bound.get(definition.basics().name()))
                .filter(Objects::nonNull)
                .toList();
        return new ViewCatalog(plan.problems(), plan.statements(), projections);
    }

    private static void readView(SharedView shared, TablePlan plan, Map<String, Projection> bound) throws SQLException {
        int problems = plan.problems().size();
        int statements = plan.statements().size();
        Optional<TableDescription> table = plan.describe(shared.name());
        shared.checkProjections(table, plan.problems());
        if (table.isEmpty()) {
            shared.planCreation(plan);
            if (plan.statements().size() > statements) {
                shared.checkTablesToCome(plan);
            }
            return;
        }
        if (plan.problems().size() == problems) {
            shared.planColumns(table.get(), plan);
        }
        if (plan.problems().size() > problems || plan.statements().size() > statements) {
            return;
        }
        View view = shared.makeView(table.get());
        for (ProjectionDefinition definition : shared.definitions()) {
            definition
                    .bindTo(view, table.get(), plan)
                    .ifPresent(projection -> bound.put(definition.basics().name(), projection));
        }
    }

    /** A table that keeps the state of a projection is neither a view nor another projection's. */
    private void requireOwnTables(TablePlan plan) {
        Set<TableName> taken = new HashSet<>();
        definitions.forEach(definition -> taken.add(definition.basics().table()));
        for (ProjectionDefinition definition : definitions) {
            for (OwnTable own : definition.ownTables()) {
                if (!taken.add(own.name())) {
                    plan.addProblem(new Problem(own.option(), "the table " + own.name() + " is another projection's"));
                }
            }
        }
    }
}
