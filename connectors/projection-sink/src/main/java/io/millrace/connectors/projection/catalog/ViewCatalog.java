package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.StateException;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Matches projections with the tables that they write: what does not match, and the views where everything does. */
public final class ViewCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(ViewCatalog.class);
    /** Stands for a table that is not there. */
    private static final TableDescription NONE = new TableDescription(null, true, List.of(), Map.of());
    /** What is made of a view that was just made comes in a second round. */
    private static final int ROUNDS = 3;

    private final Map<String, ProjectionTables> tables;
    private final List<Problem> problems;
    private final List<String> pending;

    private ViewCatalog(Map<String, ProjectionTables> tables, List<Problem> problems, List<String> pending) {
        this.tables = tables;
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
        SQLException refused = null;
        for (int round = 1; ; round++) {
            ViewCatalog found = read(database, projections, evolution);
            database.rollback();
            if (!found.problems.isEmpty() || found.pending.isEmpty()) {
                return found;
            }
            if (round == ROUNDS) {
                throw refused != null ? refused : new StateException("The tables are not as they were made", "58000");
            }
            refused = make(database, found.pending);
        }
    }

    /** Another task may have made it just before; so what counts is what is there afterwards. */
    private static SQLException make(Database database, List<String> statements) throws SQLException {
        SQLException refused = null;
        for (String ddl : statements) {
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
        return refused;
    }

    /** Reads the tables of these projections, and changes nothing. */
    public static ViewCatalog read(Database database, List<ProjectionDefinition> projections, Evolution evolution)
            throws SQLException {
        Map<TableName, List<ProjectionDefinition>> byTable = new LinkedHashMap<>();
        for (ProjectionDefinition projection : projections) {
            byTable.computeIfAbsent(projection.table(), k -> new ArrayList<>()).add(projection);
        }
        List<Problem> problems = new ArrayList<>();
        Map<String, ProjectionTables> tables = new HashMap<>();
        List<String> pending = new ArrayList<>();
        for (Map.Entry<TableName, List<ProjectionDefinition>> entry : byTable.entrySet()) {
            List<ProjectionDefinition> sharing = entry.getValue();
            Optional<TableDescription> table = database.dialect().describe(database.connection(), entry.getKey());
            int before = problems.size();
            int pendingBefore = pending.size();
            TableNeeds needs = new TableNeeds(entry.getKey(), database.dialect(), leading(sharing), sharing);
            for (ProjectionDefinition projection : sharing) {
                table.ifPresent(found ->
                        new ViewCheck(projection, found, database.dialect(), needs, evolution, problems).run());
                sameKey(table.orElse(NONE), sharing, projection, problems);
                sameKind(sharing, projection, problems);
            }
            if (table.isEmpty()) {
                create(needs, sharing, evolution, problems, pending);
                if (pending.size() > pendingBefore) {
                    membersToCome(database, sharing, needs, problems);
                }
            } else if (evolution.evolve() && problems.size() == before) {
                Set<String> missing = needs.missing(table.get()).keySet();
                if (!missing.isEmpty()) {
                    pending.add(needs.extend(missing));
                }
            }
            if (problems.size() > before || pending.size() > pendingBefore) {
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
                                        members(database, projection, table.get(), pending, problems),
                                        outbox(database, projection, table.get(), problems)));
            }
        }
        membersOfTheirOwn(projections, problems);
        return new ViewCatalog(tables, problems, pending);
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

    /** The projection's tables, where there are no problems and nothing is missing. */
    public ProjectionTables tables(ProjectionDefinition projection) {
        return tables.get(projection.name());
    }

    private static View members(
            Database database,
            ProjectionDefinition projection,
            TableDescription view,
            List<String> pending,
            List<Problem> problems)
            throws SQLException {
        AggregateDefinition aggregate = projection.aggregate().orElseThrow();
        if (!aggregate.hasMembers()) {
            return null;
        }
        MembersLayout layout = new MembersLayout(projection);
        Optional<TableDescription> members = database.dialect().describe(database.connection(), aggregate.members());
        if (members.isEmpty()) {
            Optional<Problem> problem = layout.problem(
                    database.dialect(), name -> view.column(name).orElseThrow().declaration());
            if (problem.isPresent()) {
                problems.add(problem.get());
                return null;
            }
            pending.addAll(layout.create(database.dialect(), view));
            return null;
        }
        int before = problems.size();
        new AggregateCheck(projection, view, problems).members(members.get());
        return problems.size() > before
                ? null
                : view(
                        aggregate.members(),
                        projection,
                        members.get(),
                        layout.names(),
                        aggregate.memberKey().size());
    }

    /** The tables of members are made after the view, but whoever posts the connector is not there then. */
    private static void membersToCome(
            Database database, List<ProjectionDefinition> sharing, TableNeeds needs, List<Problem> problems)
            throws SQLException {
        for (ProjectionDefinition projection : sharing) {
            Optional<AggregateDefinition> aggregate = projection.aggregate().filter(AggregateDefinition::hasMembers);
            if (aggregate.isPresent()
                    && database.dialect()
                            .describe(database.connection(), aggregate.get().members())
                            .isEmpty()) {
                new MembersLayout(projection)
                        .problem(database.dialect(), needs::type)
                        .ifPresent(problems::add);
            }
        }
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
                        projection,
                        outbox.get(),
                        completed.columns().stream().map(Field::name).toList(),
                        0);
    }

    private static View view(
            TableName name,
            ProjectionDefinition projection,
            TableDescription table,
            List<String> columns,
            int keySize) {
        return new View(
                name,
                List.of(projection.name()),
                columns.stream()
                        .map(column -> table.column(column).orElseThrow())
                        .toList(),
                keySize,
                0,
                -1);
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
        first.aggregate()
                .flatMap(AggregateDefinition::completion)
                .ifPresent(completed -> order.add(table.canonical(completed.column())));
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
