package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.requirement.OwnTable;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableIdentity;
import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Permits a connector to write only the views that it has written since the first record: a new view, or one whose
 * table was dropped, would lack the earlier records of its topics.
 */
public final class ViewAdmission {
    private static final Logger LOG = LoggerFactory.getLogger(ViewAdmission.class);

    private final ConnectorRows rows;
    private final List<ProjectionDefinition> definitions;
    private final TopicDefinitions others;
    private final Optional<String> topic;
    private final WrittenTables tables;

    private ViewAdmission(
            ConnectorRows rows,
            List<ProjectionDefinition> definitions,
            TopicDefinitions others,
            Optional<String> topic) {
        this.rows = rows;
        this.definitions = List.copyOf(definitions);
        this.others = others;
        this.topic = topic;
        this.tables = WrittenTables.of(definitions);
    }

    /**
     * The admission of a connector's views.
     *
     * @param definitions its projections
     * @param others the projections that topics alone have, which are admitted by themselves
     */
    public static ViewAdmission of(
            ConnectorRows rows, List<ProjectionDefinition> definitions, TopicDefinitions others) {
        return new ViewAdmission(rows, definitions, others, Optional.empty());
    }

    /**
     * The admission of the views of one topic: they are new as long as no partition of the topic is past its first record,
     * however far the connector has read its other topics.
     *
     * @param definitions the projections that this topic alone has
     */
    public static ViewAdmission ofTopic(ConnectorRows rows, String topic, List<ProjectionDefinition> definitions) {
        return new ViewAdmission(rows, definitions, topics -> List.of(), Optional.of(topic));
    }

    private boolean hasProgress(Connection connection) throws SQLException {
        return topic.isPresent() ? rows.hasProgress(connection, topic.get()) : rows.hasProgress(connection);
    }

    /**
     * Compares the views with the ledger, and adds those of a connector that begins. Called before missing tables are
     * created. Ends the transaction.
     *
     * @throws ConnectException if a view would be filled from the middle, or another connector took it over
     */
    public void admitViews(Database database) throws SQLException {
        Connection connection = database.connection();
        // First: another task of the connector may create tables, add rows, and write, at the same time.
        boolean progress = hasProgress(connection);
        Map<String, TableIdentity> found = tables.identify(database);
        if (rows.isOfFormerVersion(connection)) {
            migrate(connection, found.values());
        }
        Map<String, ViewRow> known = new TreeMap<>();
        Set<String> ofTopics = findViewsOfTopics(database);
        for (ViewRow row : rows.readViews(connection)) {
            if (found.containsKey(row.view().toString())) {
                known.put(row.view().toString(), row);
            } else if (topic.isEmpty() && !ofTopics.contains(row.view().toString())) {
                LOG.info("View {} removed from the ledger: no projection writes it", row.view());
                rows.deleteView(connection, row);
            }
        }
        for (TableIdentity table : found.values()) {
            ViewRow row = known.get(table.name().toString());
            requireNoReplacement(connection, table.name(), row == null);
            if (row == null) {
                if (progress) {
                    throw refuse(table.name(), "the ledger has no row of it: its projection is new");
                }
                rows.insertView(connection, new ViewRow(rows.connector(), table.name(), ViewState.LIVE, null, null));
            } else {
                requireLive(row);
                if (progress) {
                    requireSameTable(database, row, table);
                }
            }
        }
        if (!progress) {
            requireNothingCounted(database);
        }
        requireSoleWriter(database);
        connection.commit();
    }

    /**
     * The views of the topics that the ledger has. A topic's partitions are claimed before its views are admitted, so none is missing
     * that another task has just admitted; and a view that a narrower pattern no longer writes is not among them.
     */
    private Set<String> findViewsOfTopics(Database database) throws SQLException {
        Set<String> topics = new TreeSet<>();
        if (topic.isEmpty()) {
            rows.readOffsets(database.connection()).keySet().forEach(partition -> topics.add(partition.topic()));
        }
        List<ProjectionDefinition> ofTopics = others.of(topics);
        return ofTopics.isEmpty()
                ? Set.of()
                : WrittenTables.of(ofTopics).identify(database).keySet();
    }

    /** The projections that topics alone have. */
    @FunctionalInterface
    public interface TopicDefinitions {
        /** Of these topics; without those whose names cannot be in the name of a table. */
        List<ProjectionDefinition> of(Collection<String> topics);
    }

    /**
     * The views that {@code truncate.when} may empty, and that other connectors write too: their rows do not come from one
     * partition, and another connector would write rows again that are older than the record that emptied the view.
     *
     * @param replaced the connector whose views this one rebuilds; empty if there is none
     */
    public List<Problem> findSharedTruncations(Database database, Optional<String> replaced) throws SQLException {
        List<Problem> problems = new ArrayList<>();
        Connection connection = database.connection();
        for (ProjectionDefinition definition : definitions) {
            if (definition.basics().truncateWhen().isEmpty()) {
                continue;
            }
            TableName view = definition.basics().table();
            TableName name = database.dialect().identify(connection, view).name();
            for (ViewRow writer : rows.readWriters(connection, name)) {
                String other = writer.connector();
                if (writer.state() == ViewState.LIVE
                        && !other.equals(rows.connector())
                        && !other.equals(replaced.orElse(null))) {
                    problems.add(new Problem(
                            definition.basics().nameOf(CommonOptions.TRUNCATE_WHEN),
                            "expected that this connector alone writes the view " + view
                                    + ", because a record may empty"
                                    + " it; the connector '" + other
                                    + "' writes it too. Configure another view; or stop that"
                                    + " connector, and reset its offsets (DELETE /connectors/" + other
                                    + "/offsets), so that the ledger has no row of it"));
                }
            }
        }
        return problems;
    }

    private void requireSoleWriter(Database database) throws SQLException {
        for (Problem problem : findSharedTruncations(database, Optional.empty())) {
            throw new ConnectException(problem.option() + ": " + problem.reason());
        }
    }

    /** Records which tables are the views. Called when all of them exist. Ends the transaction. */
    public void confirmTables(Database database) throws SQLException {
        Connection connection = database.connection();
        Map<String, TableIdentity> found = tables.identify(database);
        for (ViewRow row : rows.readViews(connection)) {
            TableIdentity table = found.get(row.view().toString());
            if (table != null && !Objects.equals(table.generation(), row.generation())) {
                rows.updateView(connection, row.withGeneration(table.generation()));
            }
        }
        connection.commit();
    }

    /**
     * Requires that the tables are still those that {@link #confirmTables} recorded, and that no other connector writes a
     * view that {@code truncate.when} may empty. Ends the transaction.
     *
     * @throws ConnectException if one was dropped, or emptied, or has another writer
     */
    public void requireSameTables(Database database) throws SQLException {
        Map<String, TableIdentity> found = tables.identify(database);
        if (hasProgress(database.connection())) {
            for (ViewRow row : rows.readViews(database.connection())) {
                TableIdentity table = found.get(row.view().toString());
                if (table != null) {
                    requireSameTable(database, row, table);
                }
            }
        }
        requireSoleWriter(database);
        database.connection().rollback();
    }

    private void migrate(Connection connection, Collection<TableIdentity> found) throws SQLException {
        List<ViewRow> written = new ArrayList<>();
        for (TableIdentity table : found) {
            if (table.generation() != null) {
                written.add(new ViewRow(rows.connector(), table.name(), ViewState.LIVE, null, table.generation()));
            }
        }
        rows.migrate(connection, written);
        LOG.info("Migrated the ledger's rows of an earlier version");
    }

    /** A connector whose views were rebuilt and replaced would write to the same views as its successor. */
    private void requireNoReplacement(Connection connection, TableName view, boolean isNew) throws SQLException {
        for (ViewRow writer : rows.readWriters(connection, view)) {
            boolean other = !writer.connector().equals(rows.connector());
            if (other
                    && writer.state() == ViewState.LIVE
                    && (rows.connector().equals(writer.replaces()) || (isNew && writer.replaces() != null))) {
                throw rows.retiredBy(writer.connector());
            }
        }
    }

    private void requireLive(ViewRow row) {
        if (row.state() != ViewState.LIVE) {
            throw new ConnectException("A rebuild of " + row.view() + " has begun, which replaces the connector '"
                    + row.replaces()
                    + "', and rebuild.replaces is not set. Set it again; or abort the rebuild: stop the connector and reset its offsets (DELETE /connectors/"
                    + rows.connector() + "/offsets)");
        }
    }

    private void requireSameTable(Database database, ViewRow row, TableIdentity table) throws SQLException {
        if (row.generation() == null || row.generation().equals(table.generation())) {
            return;
        }
        if (table.generation() == null) {
            throw refuse(row.view(), "its table was dropped");
        }
        if (database.dialect().isEmpty(database.connection(), row.view())) {
            throw refuse(row.view(), "its table was dropped and created again, or emptied");
        }
        LOG.warn("Table {} was rewritten or restored since the last write", row.view());
    }

    /** An aggregate that counts from the first record on adds to the existing rows. */
    private void requireNothingCounted(Database database) throws SQLException {
        for (ProjectionDefinition definition : definitions) {
            TableName view = definition.basics().table();
            if (!definition.countedColumns().isEmpty()
                    && database.dialect().exists(database.connection(), view)
                    && !knowsMembers(database, definition)
                    && hasCounted(database, view, definition.countedColumns())
                    // Another task of the connector may have begun meanwhile.
                    && !hasProgress(database.connection())) {
                requireNoOtherWriter(database, view);
                throw new ConnectException("The view " + view + " already contains counts, and the connector '"
                        + rows.connector() + "' begins at the first record, so they would be counted twice. Empty the"
                        + " view, and restart the connector");
            }
        }
    }

    private void requireNoOtherWriter(Database database, TableName view) throws SQLException {
        Connection connection = database.connection();
        TableName name = database.dialect().identify(connection, view).name();
        for (ViewRow writer : rows.readWriters(connection, name)) {
            if (!writer.connector().equals(rows.connector()) && writer.state() == ViewState.LIVE) {
                throw new ConnectException("The connector '" + writer.connector() + "' counts records in the view "
                        + view
                        + ". Configure another view for this connector; or stop that one, reset its offsets (DELETE /connectors/"
                        + writer.connector() + "/offsets), delete it, empty the view, and restart this connector");
            }
        }
    }

    /** With what each member contributed, a record that comes again changes nothing. */
    private static boolean knowsMembers(Database database, ProjectionDefinition definition) throws SQLException {
        for (OwnTable own : definition.ownTables()) {
            if (database.dialect().exists(database.connection(), own.name())
                    && !database.dialect().isEmpty(database.connection(), own.name())) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasCounted(Database database, TableName view, List<String> columns) throws SQLException {
        Optional<TableDescription> table = database.dialect().describe(database.connection(), view);
        String condition = columns.stream()
                .filter(column ->
                        table.isPresent() && table.get().column(column).isPresent())
                .map(column -> database.dialect().quote(column) + " <> 0")
                .collect(Collectors.joining(" OR "));
        if (condition.isEmpty()) {
            return false;
        }
        try (Statement statement = database.connection().createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT 1 FROM " + database.dialect().quote(view) + " WHERE " + condition + " LIMIT 1")) {
            return row.next();
        }
    }

    private ConnectException refuse(TableName view, String reason) {
        return new ConnectException("The view " + view + " cannot be written from here: " + reason
                + ", and the connector '" + rows.connector() + "' is past "
                + topic.map(name -> "the first records of the topic " + name).orElse("its first records")
                + ", so rows would be missing. " + topic.map(this::adviseTopic).orElseGet(this::adviseAll));
    }

    /** Other topics have other views, which are as they should be. */
    private String adviseTopic(String name) {
        return "Stop this connector, empty the view and its table of members if it is an aggregate, set the offsets of the"
                + " topic " + name + " to 0 (PATCH /connectors/" + rows.connector() + "/offsets), and resume it";
    }

    private String adviseAll() {
        return "Either rebuild the views by a second connector (rebuild.replaces=" + rows.connector()
                + "); or stop this connector, empty the views of its aggregates and the tables of their members, reset"
                + " its offsets (DELETE /connectors/" + rows.connector() + "/offsets), and resume it";
    }
}
