package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.TableCreation;
import io.millrace.connectors.projection.definition.AggregateDefinition;
import io.millrace.connectors.projection.definition.Problem;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionDefinition.Kind;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.table.ProjectionTables;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.table.View;
import io.millrace.expressions.Field;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Matches projections with the tables that they write: what does not match, and the views where everything does. */
public final class ViewCatalog {
    private final Map<String, ProjectionTables> tables;
    private final Map<TableName, List<String>> missing;
    private final List<Problem> problems;

    private ViewCatalog(
            Map<String, ProjectionTables> tables, Map<TableName, List<String>> missing, List<Problem> problems) {
        this.tables = tables;
        this.missing = missing;
        this.problems = List.copyOf(problems);
    }

    /** Reads the tables of these projections. */
    public static ViewCatalog read(Database database, List<ProjectionDefinition> projections) throws SQLException {
        Map<TableName, List<ProjectionDefinition>> byTable = new LinkedHashMap<>();
        for (ProjectionDefinition projection : projections) {
            byTable.computeIfAbsent(projection.table(), k -> new ArrayList<>()).add(projection);
        }
        List<Problem> problems = new ArrayList<>();
        Map<String, ProjectionTables> tables = new HashMap<>();
        Map<TableName, List<String>> missing = new LinkedHashMap<>();
        for (Map.Entry<TableName, List<ProjectionDefinition>> entry : byTable.entrySet()) {
            List<ProjectionDefinition> sharing = entry.getValue();
            Optional<TableDescription> table = database.dialect().describe(database.connection(), entry.getKey());
            int before = problems.size();
            for (ProjectionDefinition projection : sharing) {
                table.ifPresentOrElse(
                        found -> new ViewCheck(projection, found, database.dialect(), problems).run(),
                        () -> problems.add(new Problem(
                                projection.option(ProjectionOptions.TABLE),
                                "there is no table " + projection.table() + " that the user may see")));
                table.ifPresent(found -> sameKey(found, sharing, projection, problems));
                sameKind(sharing, projection, problems);
            }
            if (problems.size() > before) {
                continue;
            }
            View view = view(entry.getKey(), table.orElseThrow(), sharing);
            for (ProjectionDefinition projection : sharing) {
                tables.put(
                        projection.name(),
                        projection.aggregate().isEmpty()
                                ? new ProjectionTables(view, null, null)
                                : new ProjectionTables(
                                        view,
                                        members(database, projection, table.get(), missing, problems),
                                        outbox(database, projection, table.get(), problems)));
            }
        }
        membersOfTheirOwn(projections, problems);
        return new ViewCatalog(tables, missing, problems);
    }

    public List<Problem> problems() {
        return problems;
    }

    /** Whether every table is there; only then {@link #tables} has all of them. */
    public boolean isComplete() {
        return missing.isEmpty();
    }

    /** Creates the tables that are missing, and whose shapes follow from the views. Ends the transaction. */
    public void createMissing(Database database) throws SQLException {
        for (Map.Entry<TableName, List<String>> table : missing.entrySet()) {
            TableCreation.createIfMissing(database.connection(), database.dialect(), table.getKey(), table.getValue());
        }
    }

    /** The projection's tables, where there are no problems. */
    public ProjectionTables tables(ProjectionDefinition projection) {
        return tables.get(projection.name());
    }

    private static View members(
            Database database,
            ProjectionDefinition projection,
            TableDescription view,
            Map<TableName, List<String>> missing,
            List<Problem> problems)
            throws SQLException {
        AggregateDefinition aggregate = projection.aggregate().orElseThrow();
        if (!aggregate.hasMembers()) {
            return null;
        }
        MembersLayout layout = new MembersLayout(projection);
        Optional<TableDescription> members = database.dialect().describe(database.connection(), aggregate.members());
        if (members.isEmpty()) {
            missing.put(aggregate.members(), layout.create(database.dialect(), view));
            return null;
        }
        int before = problems.size();
        new AggregateCheck(projection, view, problems).members(members.get());
        return problems.size() > before
                ? null
                : view(
                        aggregate.members(),
                        members.get(),
                        layout.names(),
                        aggregate.memberKey().size());
    }

    private static View outbox(
            Database database, ProjectionDefinition projection, TableDescription view, List<Problem> problems)
            throws SQLException {
        AggregateDefinition.Completed completed =
                projection.aggregate().orElseThrow().completion().orElse(null);
        if (completed == null) {
            return null;
        }
        Optional<TableDescription> outbox = database.dialect().describe(database.connection(), completed.table());
        if (outbox.isEmpty()) {
            problems.add(new Problem(
                    projection.option(ProjectionOptions.COMPLETE_TABLE),
                    "there is no table " + completed.table() + " that the user may see"));
            return null;
        }
        int before = problems.size();
        new AggregateCheck(projection, view, problems).outbox(outbox.get());
        return problems.size() > before
                ? null
                : view(
                        completed.table(),
                        outbox.get(),
                        completed.columns().stream().map(Field::name).toList(),
                        0);
    }

    private static View view(TableName name, TableDescription table, List<String> columns, int keySize) {
        return new View(
                name,
                columns.stream()
                        .map(column -> table.column(column).orElseThrow())
                        .toList(),
                keySize,
                0);
    }

    /** What is said of groups, and rows that are never changed, cannot be written by others too. */
    private static void sameKind(
            List<ProjectionDefinition> sharing, ProjectionDefinition projection, List<Problem> problems) {
        for (ProjectionDefinition other : sharing) {
            if (other.name().equals(projection.name())) {
                return;
            }
            boolean aggregates = other.kind() == Kind.AGGREGATE || projection.kind() == Kind.AGGREGATE;
            boolean appends = other.kind() == Kind.APPEND || projection.kind() == Kind.APPEND;
            if (aggregates || (appends && other.kind() != projection.kind())) {
                problems.add(new Problem(
                        projection.option(ProjectionOptions.TABLE),
                        "the projection " + other.name() + " writes the same table; a table of kind "
                                + (aggregates ? "aggregate" : "append") + " is "
                                + (aggregates ? "for one projection alone" : "for projections of this kind alone")));
                return;
            }
        }
    }

    private static void membersOfTheirOwn(List<ProjectionDefinition> projections, List<Problem> problems) {
        Set<TableName> taken = new HashSet<>();
        projections.forEach(projection -> taken.add(projection.table()));
        for (ProjectionDefinition projection : projections) {
            projection
                    .aggregate()
                    .filter(aggregate -> aggregate.hasMembers() && !taken.add(aggregate.members()))
                    .ifPresent(aggregate -> problems.add(new Problem(
                            projection.option(ProjectionOptions.MEMBERS_TABLE),
                            "the table " + aggregate.members() + " is another projection's")));
        }
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
        first.aggregate()
                .flatMap(AggregateDefinition::completion)
                .ifPresent(completed -> order.add(table.canonical(completed.column())));
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
