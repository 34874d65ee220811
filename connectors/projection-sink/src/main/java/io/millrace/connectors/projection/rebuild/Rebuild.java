package io.millrace.connectors.projection.rebuild;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.ledger.ConnectorRows;
import io.millrace.connectors.projection.ledger.RetryTopic;
import io.millrace.connectors.projection.ledger.ViewRow;
import io.millrace.connectors.projection.ledger.ViewState;
import io.millrace.connectors.projection.ledger.WrittenTables;
import io.millrace.connectors.projection.table.TableIdentity;
import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds the views of a connector in shadows, while the connector that is replaced keeps the old ones up to date. The
 * state is in the ledger's rows of the views ({@link ViewState}), so the rebuild resumes after any crash:
 *
 * <ol>
 * <li>begun: each view gets a shadow, an empty table like it;
 * <li>replaying: all topics are replayed into the shadows. Once these have almost all records of the old connector,
 * that one is retired in the ledger: it can commit nothing more;
 * <li>swapping: once the shadows have all that the old connector committed, they are swapped with the views, all at
 * once;
 * <li>live.
 * </ol>
 *
 * <p>So readers see the old views, which are up to date until the old connector is retired, and then the new ones,
 * which are never behind. No state is derived from missing rows: a connector writes a view only if a row permits it.
 */
public final class Rebuild {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
    private static final String SHADOW = "__rebuild";
    private static final String REPLACED = "__replaced";
    private static final String PROBE = "__probe";
    private static final String PROBED = "__probed";
    /** A connector that is this few records behind writes the rest in a moment. */
    private static final long NEARLY_THERE = 10_000;

    private final ConnectorRows rows;
    private final ConnectorRows replaced;
    private final WrittenTables tables;
    private final List<String> obstacles;
    private final Predicate<String> readsTopic;
    private final boolean leads;
    private volatile boolean running = true;

    /**
     * A rebuild that has begun, or will with {@link #begin}.
     *
     * @param rows what the ledger has of the connector that rebuilds
     * @param replaced the name of the connector that is replaced
     * @param definitions the projections, with the views' own names
     * @param readsTopic whether the connector that rebuilds reads a topic
     * @param leads whether this is the one task that retires the replaced connector and swaps the views
     */
    public Rebuild(
            ConnectorRows rows,
            String replaced,
            List<ProjectionDefinition> definitions,
            Predicate<String> readsTopic,
            boolean leads) {
        this.rows = rows;
        this.replaced = rows.of(replaced);
        this.readsTopic = readsTopic;
        this.leads = leads;
        this.obstacles = definitions.stream()
                .flatMap(definition -> definition.findRebuildObstacle().stream())
                .distinct()
                .toList();
        this.tables = WrittenTables.of(definitions);
    }

    /** Whether the views' shadows are written, and not the views. */
    public boolean isRunning() {
        return running;
    }

    /** The table that is written instead of a view while the rebuild is running. */
    public TableName target(TableName table) {
        return running ? shadow(table) : table;
    }

    /** Why a rebuild cannot begin; empty if it can, or has begun. */
    public List<String> findProblems(Database database) throws SQLException {
        Connection connection = database.connection();
        return rows.table().isPrepared(connection)
                        && !rows.readViews(connection).isEmpty()
                ? List.of()
                : findObstacles(database);
    }

    private List<String> findObstacles(Database database) throws SQLException {
        Connection connection = database.connection();
        List<String> problems = new ArrayList<>();
        if (!replaced.hasOffsets(connection)) {
            problems.add("the ledger has no rows of the connector '" + replaced.connector() + "'");
        }
        problems.addAll(obstacles);
        for (TableName table : tables.distinctNames(database)) {
            for (String obstacle : database.dialect().obstacles(connection, table)) {
                problems.add("the table " + table + " cannot be replaced, because " + obstacle);
            }
        }
        addWhatWouldFreeze(database, problems);
        return problems;
    }

    /** The replaced connector is retired as a whole, with all of its views and topics. */
    private void addWhatWouldFreeze(Database database, List<String> problems) throws SQLException {
        Connection connection = database.connection();
        Optional<String> successor = replaced.findSuccessor(connection);
        if (successor.isPresent() && !successor.get().equals(rows.connector())) {
            problems.add("the connector '" + successor.get() + "' has replaced '" + replaced.connector()
                    + "'; replace that one");
        }
        if (rows.table().isPrepared(connection)) {
            Set<String> views = tables.identify(database).keySet();
            for (ViewRow row : replaced.readViews(connection)) {
                if (!views.contains(row.view().toString())) {
                    problems.add("the connector '" + replaced.connector() + "' also writes " + row.view()
                            + ", which would no longer be written; add its projection, or remove it there");
                }
            }
        }
        String retries = RetryTopic.of(replaced.connector()).name();
        if (!rows.holdsRecords() && replaced.hasTopic(connection, retries)) {
            problems.add(
                    "the connector '" + replaced.connector() + "' holds the keys of refused records, so this one has to"
                            + " hold those of what it refuses; set hold.key.order=true");
        }
        for (String topic : topicsOf(replaced.readOffsets(connection))) {
            if (!topic.equals(retries) && !readsTopic.test(topic)) {
                problems.add("the connector '" + replaced.connector() + "' also has records of the topic " + topic
                        + ", which this one does not read");
            }
        }
    }

    private static Set<String> topicsOf(Map<TopicPartition, Long> offsets) {
        Set<String> topics = new TreeSet<>();
        offsets.forEach((partition, offset) -> {
            if (offset > 0) {
                topics.add(partition.topic());
            }
        });
        return topics;
    }

    /**
     * Finds out how far the rebuild is, and creates missing shadows. Ends the transaction.
     *
     * @param mayBegin whether a rebuild may begin that the ledger does not have. Only a task with partitions may: a task that was stopped
     *     while it started has none, and its connector may have been reset and deleted since
     * @return whether the rebuild has begun
     * @throws ConnectException if it can neither begin nor resume
     */
    public boolean begin(Database database, boolean mayBegin) throws SQLException {
        Connection connection = database.connection();
        if (rows.isOfFormerVersion(connection)) {
            migrate(database);
        }
        // Before the views' rows are read: another task of the connector may add them, and write, at the same time.
        boolean progress = rows.hasProgress(connection);
        List<ViewRow> views = rows.readViews(connection);
        if (views.isEmpty()) {
            requireToBegin(database, progress);
            if (!mayBegin) {
                connection.rollback();
                return false;
            }
            views = beginAnew(database);
        }
        requireSameRebuild(database, views);
        switch (views.get(0).state()) {
            case LIVE -> running = false;
            case BEGUN -> createShadows(database);
            case REPLAYING -> requireShadows(database);
            case SWAPPING -> {
                // The names may have been changed by a worker that died before that was recorded.
                if (!completeSwap(database, views)) {
                    requireShadows(database);
                }
            }
        }
        if (running && leads) {
            requirePrivileges(database);
        }
        connection.commit();
        return true;
    }

    private void requireToBegin(Database database, boolean progress) throws SQLException {
        if (progress) {
            throw new ConnectException("Cannot rebuild the views: the connector '" + rows.connector()
                    + "' is past its first records, and the ledger has no rows of its views. " + adviseReset());
        }
        List<String> problems = findObstacles(database);
        if (!problems.isEmpty()) {
            throw new ConnectException("Cannot rebuild the views: " + String.join("; ", problems));
        }
    }

    private List<ViewRow> beginAnew(Database database) throws SQLException {
        Connection connection = database.connection();
        List<ViewRow> views = new ArrayList<>();
        for (TableIdentity table : tables.identify(database).values()) {
            requireNoOtherRebuild(connection, table.name());
            ViewRow row = new ViewRow(rows.connector(), table.name(), ViewState.BEGUN, replaced.connector(), null);
            rows.insertView(connection, row);
            views.add(row);
        }
        // Only now: another task of this connector creates shadows as soon as the rows are there.
        for (TableName table : tables.distinctNames(database)) {
            if (database.dialect().exists(database.connection(), shadow(table))
                    && !database.dialect().isEmpty(connection, shadow(table))) {
                throw new ConnectException("Cannot rebuild the views: the table " + shadow(table)
                        + " has rows, which this rebuild did not write; drop it");
            }
        }
        connection.commit();
        return views;
    }

    private void requireNoOtherRebuild(Connection connection, TableName view) throws SQLException {
        for (ViewRow writer : rows.readWriters(connection, view)) {
            if (!writer.connector().equals(rows.connector()) && writer.state() != ViewState.LIVE) {
                throw new ConnectException("Cannot rebuild the views: the connector '" + writer.connector()
                        + "' is rebuilding " + view + ". Stop that one and reset its offsets (DELETE /connectors/"
                        + writer.connector() + "/offsets) to abort it");
            }
        }
    }

    private void requireSameRebuild(Database database, List<ViewRow> views) throws SQLException {
        ViewRow first = views.get(0);
        if (!replaced.connector().equals(first.replaces())) {
            throw new ConnectException("Cannot rebuild the views of the connector '" + replaced.connector()
                    + "': the connector '" + rows.connector() + "' "
                    + (first.state() != ViewState.LIVE
                            ? "has begun to rebuild those of '" + first.replaces() + "'"
                            : first.replaces() == null
                                    ? "writes its views already"
                                    : "has rebuilt those of '" + first.replaces() + "' and writes them")
                    + ". " + adviseReset());
        }
        if (first.state() != ViewState.LIVE) {
            Set<String> begun =
                    views.stream().map(row -> row.view().toString()).collect(Collectors.toCollection(TreeSet::new));
            Set<String> configured = tables.identify(database).keySet();
            if (!begun.equals(configured)) {
                throw new ConnectException("The rebuild has begun with the tables " + begun
                        + ", and the projections now write " + configured + ". " + adviseReset());
            }
        }
    }

    private String adviseReset() {
        return "To begin from the first record, stop it, reset its offsets (DELETE /connectors/" + rows.connector()
                + "/offsets), and resume it";
    }

    /** By the signs that a former version left. */
    private void migrate(Database database) throws SQLException {
        Connection connection = database.connection();
        boolean progress = rows.hasProgress(connection);
        boolean retired =
                rows.connector().equals(replaced.findSuccessor(connection).orElse(""));
        int shadows = countShadows(database);
        ViewState state;
        if (rows.wasRebuiltByFormerVersion(connection) || (progress && retired && shadows == 0)) {
            state = ViewState.LIVE;
        } else if (!progress && shadows == 0) {
            rows.migrate(connection, List.of());
            connection.commit();
            return;
        } else if (shadows == 0) {
            throw new ConnectException("Cannot resume the rebuild: its shadows no longer exist. " + adviseReset());
        } else {
            state = retired ? ViewState.SWAPPING : ViewState.REPLAYING;
        }
        List<ViewRow> views = new ArrayList<>();
        for (TableIdentity table : tables.identify(database).values()) {
            String generation = state == ViewState.SWAPPING ? null : table.generation();
            views.add(new ViewRow(rows.connector(), table.name(), state, replaced.connector(), generation));
        }
        rows.migrate(connection, views);
        connection.commit();
    }

    private void createShadows(Database database) throws SQLException {
        for (TableName table : tables.distinctNames(database)) {
            if (database.dialect().exists(database.connection(), table)
                    && !database.dialect().exists(database.connection(), shadow(table))) {
                createShadow(database, table);
            }
        }
    }

    /** Another task of the connector may create it at the same time, so the result counts, not the statement's answer. */
    private static void createShadow(Database database, TableName table) throws SQLException {
        Connection connection = database.connection();
        try {
            // Otherwise a later step could take the view for its shadow.
            database.dialect().awaitNextGeneration(connection, table);
            database.dialect().createLike(connection, table, shadow(table));
            connection.commit();
            LOG.info("Rebuilding {} in {}", table, shadow(table));
        } catch (SQLException e) {
            database.rollback();
            if (!database.dialect().exists(connection, shadow(table))) {
                throw e;
            }
        }
    }

    private void requireShadows(Database database) throws SQLException {
        for (TableName table : tables.distinctNames(database)) {
            if (!database.dialect().exists(database.connection(), shadow(table))) {
                throw shadowGone(shadow(table));
            }
        }
    }

    private ConnectException shadowGone(TableName shadow) {
        return new ConnectException("Cannot resume the rebuild: the table " + shadow + " is gone. " + adviseReset());
    }

    private int countShadows(Database database) throws SQLException {
        int shadows = 0;
        for (TableName table : tables.distinctNames(database)) {
            shadows += database.dialect().exists(database.connection(), shadow(table)) ? 1 : 0;
        }
        return shadows;
    }

    /** Records that all shadows exist. Ends the transaction. */
    public void confirmShadows(Database database) throws SQLException {
        Connection connection = database.connection();
        for (ViewRow row : rows.readViews(connection)) {
            if (row.state() == ViewState.BEGUN) {
                rows.updateView(connection, row.withState(ViewState.REPLAYING));
            }
        }
        connection.commit();
    }

    /** Without this check a missing privilege would be found only at the end of a long replay. */
    private void requirePrivileges(Database database) throws SQLException {
        Connection connection = database.connection();
        for (TableName table : tables.distinctNames(database)) {
            if (!database.dialect().exists(database.connection(), shadow(table))) {
                continue;
            }
            TableName probe = with(table, PROBE);
            TableName renamed = with(table, PROBED);
            database.dialect().drop(connection, probe);
            database.dialect().drop(connection, renamed);
            database.dialect().createLike(connection, shadow(table), probe);
            database.dialect().replace(connection, List.of(renamed), List.of(), name -> probe, name -> name);
            database.dialect().drop(connection, renamed);
        }
    }

    /**
     * Takes the next step that is possible. Ends the transaction.
     *
     * @return how far the rebuild is
     * @throws ConnectException if what a view has would be lost
     */
    public RebuildProgress advance(Database database) throws SQLException {
        Connection connection = database.connection();
        List<ViewRow> views = rows.readViews(connection);
        if (views.isEmpty() || views.get(0).state() == ViewState.LIVE) {
            connection.rollback();
            running = false;
            return RebuildProgress.DONE;
        }
        // Another task may have changed the names, and not recorded it yet, or died before.
        if (views.get(0).state() == ViewState.SWAPPING && completeSwap(database, views)) {
            return RebuildProgress.DONE;
        }
        RebuildProgress progress = compareOffsets(connection);
        if (!leads
                || progress.recordsBehind() > NEARLY_THERE
                || !progress.unclaimed().isEmpty()) {
            connection.rollback();
            return progress;
        }
        if (views.get(0).state() == ViewState.REPLAYING) {
            retireReplaced(database, views, progress);
            // Its last commits count, too.
            progress = compareOffsets(connection);
        }
        if (progress.recordsBehind() > 0) {
            connection.rollback();
            return progress;
        }
        swapViews(database);
        return RebuildProgress.DONE;
    }

    private RebuildProgress compareOffsets(Connection connection) throws SQLException {
        return RebuildProgress.compare(replaced.readOffsets(connection), rows.readOffsets(connection));
    }

    private void retireReplaced(Database database, List<ViewRow> views, RebuildProgress progress) throws SQLException {
        Connection connection = database.connection();
        List<String> problems = findObstacles(database);
        if (!problems.isEmpty()) {
            throw new ConnectException("Cannot swap the views, which are unchanged: " + String.join("; ", problems));
        }
        for (ViewRow row : views) {
            // By this a later step knows whether the view is the table that was the shadow.
            TableIdentity shadow = database.dialect().identify(connection, shadow(row.view()));
            rows.updateView(connection, row.withState(ViewState.SWAPPING).withGeneration(shadow.generation()));
        }
        replaced.retire(connection, rows.connector());
        connection.commit();
        LOG.info(
                "Retired the connector '{}'; its views are replaced when {} more records are written",
                replaced.connector(),
                progress.recordsBehind());
    }

    private void swapViews(Database database) throws SQLException {
        Connection connection = database.connection();
        List<TableName> written = tables.distinctNames(database);
        List<TableName> present = new ArrayList<>();
        for (TableName table : written) {
            if (database.dialect().exists(database.connection(), table)) {
                present.add(table);
            }
        }
        database.dialect().replace(connection, written, present, Rebuild::shadow, Rebuild::replaced);
        recordSwap(database);
        LOG.info(
                "Rebuild complete: {}; the old tables are {}",
                written,
                present.stream().map(Rebuild::replaced).toList());
    }

    /**
     * Records the swap if it has happened.
     *
     * @return whether it has
     * @throws ConnectException if the shadows are gone, and the views are not the tables that they were
     */
    private boolean completeSwap(Database database, List<ViewRow> views) throws SQLException {
        // Another task may change the names between the two queries, so their order matters.
        boolean shadowsGone = countShadows(database) == 0;
        if (hasSwapped(database, views)) {
            recordSwap(database);
            return true;
        }
        if (shadowsGone) {
            throw shadowGone(shadow(views.get(0).view()));
        }
        return false;
    }

    /** Whether the views are the tables that were their shadows, although the state is still swapping. */
    static boolean hasSwapped(Database database, List<ViewRow> views) throws SQLException {
        Connection connection = database.connection();
        for (ViewRow row : views) {
            TableIdentity table = database.dialect().identify(connection, row.view());
            // A former version recorded no generation.
            boolean isOther = row.generation() != null && !row.generation().equals(table.generation());
            if (row.state() != ViewState.SWAPPING
                    || isOther
                    || database.dialect().exists(connection, shadow(row.view()))) {
                return false;
            }
        }
        return true;
    }

    private void recordSwap(Database database) throws SQLException {
        Connection connection = database.connection();
        Map<String, TableIdentity> identities = tables.identify(database);
        replaced.deleteViews(connection);
        replaced.deleteHeld(connection);
        for (ViewRow row : rows.readViews(connection)) {
            TableIdentity table = identities.get(row.view().toString());
            rows.updateView(
                    connection,
                    row.withState(ViewState.LIVE).withGeneration(table == null ? null : table.generation()));
        }
        connection.commit();
        running = false;
    }

    /** The table that is written while a view is rebuilt. */
    static TableName shadow(TableName table) {
        return with(table, SHADOW);
    }

    /** Every additional table that an aborted rebuild may leave. */
    static List<TableName> temporaryTables(TableName view) {
        return List.of(shadow(view), with(view, PROBE), with(view, PROBED));
    }

    private static TableName replaced(TableName table) {
        return with(table, REPLACED);
    }

    private static TableName with(TableName table, String suffix) {
        return table.withSuffix(suffix);
    }
}
