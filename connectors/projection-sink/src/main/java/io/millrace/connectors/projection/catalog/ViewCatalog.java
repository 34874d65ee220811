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
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Matches projections with the tables that they write: what does not match, and the views where everything does. */
public final class ViewCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(ViewCatalog.class);
    /** Stands for a table that is not there. */
    private static final TableDescription NONE = new TableDescription(null, true, List.of(), Map.of());

    private final Map<TableName, View> views;
    private final List<Problem> problems;
    private final List<String> pending;

    private ViewCatalog(Map<TableName, View> views, List<Problem> problems, List<String> pending) {
        this.views = views;
        this.problems = List.copyOf(problems);
        this.pending = List.copyOf(pending);
    }

    /**
     * Reads the tables of these projections, and makes what is missing as far as that is allowed, although other tasks do
     * so at the same time.
     *
     * @throws SQLException where the database cannot be asked, or refuses to make what is missing
     */
    public static ViewCatalog open(Database database, List<ProjectionDefinition> projections, Evolution evolution)
            throws SQLException {
        ViewCatalog found = read(database, projections, evolution);
        database.rollback();
        if (!found.problems.isEmpty() || found.pending.isEmpty()) {
            return found;
        }
        SQLException refused = null;
        for (String ddl : found.pending) {
            Connection connection = database.connection();
            try (Statement statement = connection.createStatement()) {
                LOG.info("Changing the views' tables: {}", ddl);
                statement.execute(ddl);
                connection.commit();
            } catch (SQLException e) {
                refused = e;
                database.rollback();
            }
        }
        ViewCatalog made = read(database, projections, evolution);
        database.rollback();
        if (!made.pending.isEmpty()) {
            throw refused != null ? refused : new SQLException("The tables are not as they were made", "58000");
        }
        return made;
    }

    /** Reads the tables of these projections, and changes nothing. */
    public static ViewCatalog read(Database database, List<ProjectionDefinition> projections, Evolution evolution)
            throws SQLException {
        Map<TableName, List<ProjectionDefinition>> byTable = new LinkedHashMap<>();
        for (ProjectionDefinition projection : projections) {
            byTable.computeIfAbsent(projection.table(), k -> new ArrayList<>()).add(projection);
        }
        List<Problem> problems = new ArrayList<>();
        List<String> pending = new ArrayList<>();
        Map<TableName, View> views = new HashMap<>();
        for (Map.Entry<TableName, List<ProjectionDefinition>> entry : byTable.entrySet()) {
            Optional<TableDescription> table = database.dialect().describe(database.connection(), entry.getKey());
            int before = problems.size();
            int pendingBefore = pending.size();
            TableNeeds needs =
                    new TableNeeds(entry.getKey(), database.dialect(), leading(entry.getValue()), entry.getValue());
            for (ProjectionDefinition projection : entry.getValue()) {
                table.ifPresent(found ->
                        new ViewCheck(projection, found, database.dialect(), needs, evolution, problems).run());
                sameKey(table.orElse(NONE), entry.getValue(), projection, problems);
            }
            if (table.isEmpty()) {
                create(needs, entry.getValue(), evolution, problems, pending);
            } else if (evolution.evolve() && problems.size() == before) {
                Set<String> missing = needs.missing(table.get()).keySet();
                if (!missing.isEmpty()) {
                    pending.add(needs.extend(missing));
                }
            }
            if (problems.size() == before && pending.size() == pendingBefore) {
                views.put(entry.getKey(), view(entry.getKey(), table.orElseThrow(), entry.getValue()));
            }
        }
        return new ViewCatalog(views, problems, pending);
    }

    private static void create(
            TableNeeds needs,
            List<ProjectionDefinition> sharing,
            Evolution evolution,
            List<Problem> problems,
            List<String> pending) {
        String advice = TableNeeds.advice(needs.untyped());
        if (evolution.create() && advice.isEmpty()) {
            pending.add(needs.create());
            return;
        }
        for (ProjectionDefinition projection : sharing) {
            problems.add(new Problem(
                    projection.option(ProjectionOptions.TABLE),
                    "there is no table " + projection.table() + " that the user may see"
                            + (evolution.create()
                                    ? ", and it cannot be created: " + advice
                                    : advice.isEmpty()
                                            ? "; create it, or let the sink do that with auto.create=true: "
                                                    + needs.create()
                                            : "")));
        }
    }

    /** An exploding projection decides the key's order: its group comes first. */
    private static ProjectionDefinition leading(List<ProjectionDefinition> sharing) {
        return sharing.stream()
                .filter(projection -> projection.kind() == Kind.EXPLODE)
                .findFirst()
                .orElse(sharing.get(0));
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
            if (!other.revision().equals(projection.revision())) {
                problems.add(new Problem(
                        projection.option(ProjectionOptions.REVISION),
                        "the projection " + other.name() + " writes the same table "
                                + (other.revision().isEmpty() ? "without a revision" : "with another revision")));
                return;
            }
            if (!other.deletes().mark().equals(projection.deletes().mark())) {
                problems.add(new Problem(
                        projection.option(ProjectionOptions.ON_DELETE),
                        "the projection " + other.name() + " writes the same table and deletes in another way"));
                return;
            }
        }
    }

    private static View view(TableName name, TableDescription table, List<ProjectionDefinition> projections) {
        ProjectionDefinition first = leading(projections);
        Set<String> order = new LinkedHashSet<>(names(table, first.rowKey()));
        for (ProjectionDefinition projection : projections) {
            order.addAll(names(table, projection.columns()));
            projection.deletes().mark().map(table::canonical).ifPresent(order::add);
        }
        return new View(
                name,
                projections.stream().map(ProjectionDefinition::name).toList(),
                order.stream().map(column -> table.column(column).orElseThrow()).toList(),
                first.rowKey().size(),
                first.kind() == Kind.EXPLODE ? first.key().size() : 0,
                first.revision()
                        .map(column -> List.copyOf(order).indexOf(table.canonical(column)))
                        .orElse(-1));
    }

    /** The columns' names as the table has them. */
    static Set<String> names(TableDescription table, List<Field> fields) {
        return fields.stream()
                .map(field -> table.canonical(field.name()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
