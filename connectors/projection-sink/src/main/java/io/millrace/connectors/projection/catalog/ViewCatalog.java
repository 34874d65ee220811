package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.TableReader;
import io.millrace.connectors.projection.definition.Problem;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionDefinition.Kind;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.table.Column;
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
import java.util.Locale;
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
    public static ViewCatalog read(TableReader reader, List<ProjectionDefinition> projections) throws SQLException {
        Map<TableName, List<ProjectionDefinition>> byTable = new LinkedHashMap<>();
        for (ProjectionDefinition projection : projections) {
            byTable.computeIfAbsent(projection.table(), k -> new ArrayList<>()).add(projection);
        }
        List<Problem> problems = new ArrayList<>();
        Map<TableName, View> views = new HashMap<>();
        for (Map.Entry<TableName, List<ProjectionDefinition>> entry : byTable.entrySet()) {
            Optional<TableDescription> table = reader.read(entry.getKey());
            int before = problems.size();
            for (ProjectionDefinition projection : entry.getValue()) {
                table.ifPresentOrElse(
                        found -> new ViewCheck(projection, found, problems).run(),
                        () -> problems.add(new Problem(
                                projection.option(ProjectionOptions.TABLE),
                                "there is no table " + projection.table() + " that the user may see")));
                sameKey(entry.getValue(), projection, problems);
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
            List<ProjectionDefinition> sharing, ProjectionDefinition projection, List<Problem> problems) {
        for (ProjectionDefinition other : sharing) {
            if (other.name().equals(projection.name())) {
                return;
            }
            boolean sameGroup = other.kind() != Kind.EXPLODE
                    || projection.kind() != Kind.EXPLODE
                    || names(other.key()).equals(names(projection.key()));
            if (!sameGroup || !names(other.rowKey()).equals(names(projection.rowKey()))) {
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
        Set<String> order = new LinkedHashSet<>(names(first.rowKey()));
        projections.forEach(projection -> order.addAll(names(projection.columns())));
        Map<String, Column> byName = table.byName();
        return new View(
                name,
                order.stream().map(byName::get).toList(),
                first.rowKey().size(),
                first.kind() == Kind.EXPLODE ? first.key().size() : 0);
    }

    /** In lower case, because MySQL compares names of columns without regard to case. */
    public static Set<String> names(List<Field> fields) {
        return fields.stream()
                .map(field -> field.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
