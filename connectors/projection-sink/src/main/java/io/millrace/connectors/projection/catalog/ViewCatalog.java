package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.definition.Problem;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionDefinition.Kind;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.table.View;
import io.millrace.expressions.Field;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Matches projections with the tables that they write: what does not match, and the views where everything does. */
public final class ViewCatalog {
    private final Map<TableName, View> views;
    private final List<Problem> problems;

    private ViewCatalog(Map<TableName, View> views, List<Problem> problems) {
        this.views = views;
        this.problems = List.copyOf(problems);
    }

    /** Reads the tables of these projections. */
    public static ViewCatalog read(Database database, List<ProjectionDefinition> projections) throws SQLException {
        Map<TableName, List<ProjectionDefinition>> byTable = new LinkedHashMap<>();
        for (ProjectionDefinition projection : projections) {
            byTable.computeIfAbsent(projection.table(), k -> new ArrayList<>()).add(projection);
        }
        List<Problem> problems = new ArrayList<>();
        Map<TableName, View> views = new HashMap<>();
        for (Map.Entry<TableName, List<ProjectionDefinition>> entry : byTable.entrySet()) {
            Optional<TableDescription> table = database.dialect().describe(database.connection(), entry.getKey());
            int before = problems.size();
            for (ProjectionDefinition projection : entry.getValue()) {
                table.ifPresentOrElse(
                        found -> new ViewCheck(projection, found, database.dialect(), problems).run(),
                        () -> problems.add(new Problem(
                                projection.option(ProjectionOptions.TABLE),
                                "there is no table " + projection.table() + " that the user may see")));
                table.ifPresent(found -> sameKey(found, entry.getValue(), projection, problems));
            }
            if (problems.size() == before) {
                views.put(entry.getKey(), view(entry.getKey(), table.orElseThrow(), entry.getValue()));
            }
        }
        return new ViewCatalog(views, problems);
    }

    public List<Problem> problems() {
        return problems;
    }

    /** The projection's view, where there are no problems. */
    public View view(ProjectionDefinition projection) {
        return views.get(projection.table());
    }

    private static void sameKey(
            TableDescription table,
            List<ProjectionDefinition> sharing,
            ProjectionDefinition projection,
            List<Problem> problems) {
        for (ProjectionDefinition other : sharing) {
            if (other.name().equals(projection.name())) {
                return;
            }
            boolean sameGroup = other.kind() != Kind.EXPLODE
                    || projection.kind() != Kind.EXPLODE
                    || names(table, other.key()).equals(names(table, projection.key()));
            if (!sameGroup || !names(table, other.rowKey()).equals(names(table, projection.rowKey()))) {
                problems.add(new Problem(
                        projection.option(ProjectionOptions.KEY),
                        "the projection " + other.name() + " writes the same table with another key"));
                return;
            }
        }
    }

    private static View view(TableName name, TableDescription table, List<ProjectionDefinition> projections) {
        // An exploding projection decides the key's order: its group comes first.
        ProjectionDefinition first = projections.stream()
                .filter(projection -> projection.kind() == Kind.EXPLODE)
                .findFirst()
                .orElse(projections.get(0));
        Set<String> order = new LinkedHashSet<>(names(table, first.rowKey()));
        projections.forEach(projection -> order.addAll(names(table, projection.columns())));
        return new View(
                name,
                order.stream().map(column -> table.column(column).orElseThrow()).toList(),
                first.rowKey().size(),
                first.kind() == Kind.EXPLODE ? first.key().size() : 0);
    }

    /** The columns' names as the table has them. */
    static Set<String> names(TableDescription table, List<Field> fields) {
        return fields.stream()
                .map(field -> table.canonical(field.name()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
