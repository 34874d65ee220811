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
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Matches projections with the tables that they write. The result is the mismatches, or the views if there are none.
 */
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
        TablePlan plan = new TablePlan(database);
        Map<TableName, TableName> resolved = resolveNames(plan);
        Map<TableName, List<ProjectionDefinition>> byTable = new LinkedHashMap<>();
        for (ProjectionDefinition definition : definitions) {
            byTable.computeIfAbsent(find(resolved, definition.basics().table()), table -> new ArrayList<>())
                    .add(definition);
        }
        IdentityHashMap<ProjectionDefinition, Projection> bound = new IdentityHashMap<>();
        for (List<ProjectionDefinition> sharing : byTable.values()) {
            TableName name = sharing.get(0).basics().table();
            readView(new SharedView(name, sharing, plan.dialect(), evolution), plan, bound);
        }
        requireOwnTables(plan, resolved);
        List<Projection> projections =
                definitions.stream().map(bound::get).filter(Objects::nonNull).toList();
        return new ViewCatalog(plan.problems(), plan.statements(), projections);
    }

    private static void readView(
            SharedView shared, TablePlan plan, IdentityHashMap<ProjectionDefinition, Projection> bound)
            throws SQLException {
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
            definition.bindTo(view, table.get(), plan).ifPresent(projection -> bound.put(definition, projection));
        }
    }

    /** For each name of a table, the name to which all names of this table are resolved. */
    private Map<TableName, TableName> resolveNames(TablePlan plan) throws SQLException {
        Map<TableName, TableName> resolved = new HashMap<>();
        for (ProjectionDefinition definition : definitions) {
            Set<TableName> names = new HashSet<>(Set.of(definition.basics().table()));
            definition.ownTables().forEach(own -> names.add(own.name()));
            for (TableName name : names) {
                if (!resolved.containsKey(name)) {
                    resolved.put(name, plan.resolve(name));
                }
            }
        }
        return resolved;
    }

    private static TableName find(Map<TableName, TableName> resolved, TableName name) {
        return Objects.requireNonNull(resolved.get(name));
    }

    /** A table that keeps the state of a projection is neither a view nor another projection's. */
    private void requireOwnTables(TablePlan plan, Map<TableName, TableName> resolved) {
        Set<TableName> taken = new HashSet<>();
        definitions.forEach(
                definition -> taken.add(find(resolved, definition.basics().table())));
        for (ProjectionDefinition definition : definitions) {
            for (OwnTable own : definition.ownTables()) {
                if (!taken.add(find(resolved, own.name()))) {
                    plan.addProblem(new Problem(
                            own.option(), "the table " + own.name() + " belongs to another" + " projection"));
                }
            }
        }
    }
}
