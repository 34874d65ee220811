package io.millrace.connectors.projection.rebuild;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.ledger.RebuildRegistry;
import io.millrace.connectors.projection.requirement.OwnTable;
import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds the views of a connector in shadows, while the connector that is replaced keeps the old ones up to date:
 *
 * <ol>
 *   <li>each view gets a shadow, an empty table like it, and all topics are replayed into the shadows;
 *   <li>once the shadows have almost all records of the old connector, that one is retired in the ledger: it can commit
 *       nothing more;
 *   <li>once they have all that the old connector committed, they are swapped with the views, all at once.
 * </ol>
 *
 * <p>So readers see the old views, which are up to date until the old connector is retired, and then the new ones, which are
 * never behind. The state is in the ledger and in the names of the tables alone; the rebuild resumes after any crash.
 */
public final class Rebuild {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
    private static final String SHADOW = "__rebuild";
    private static final String REPLACED = "__replaced";
    private static final String PROBE = "__probe";
    private static final String PROBED = "__probed";
    /** A connector that is this few records behind writes the rest in a moment. */
    private static final long NEARLY_THERE = 10_000;

    private final RebuildRegistry registry;
    private final Set<TableName> tables;
    private final List<String> obstacles;
    private final boolean leads;
    private boolean running = true;

    /**
     * A rebuild that has begun, or will with {@link #begin}.
     *
     * @param registry what the ledger has of it
     * @param definitions the projections, with the views' own names
     * @param leads whether this is the one task that retires the replaced connector and swaps the views
     */
    public Rebuild(RebuildRegistry registry, List<ProjectionDefinition> definitions, boolean leads) {
        this.registry = registry;
        this.leads = leads;
        this.obstacles = definitions.stream()
                .flatMap(definition -> definition.findRebuildObstacle().stream())
                .distinct()
                .toList();
        this.tables = definitions.stream()
                .flatMap(definition -> Stream.concat(
                        Stream.of(definition.basics().table()),
                        definition.ownTables().stream().map(OwnTable::name)))
                .collect(Collectors.toSet());
    }

    /** Whether the views' shadows are written, and not the views. */
    public boolean isRunning() {
        return running;
    }

    /** The table that is written instead of a view while the rebuild is running. */
    public TableName target(TableName table) {
        return running ? shadow(table) : table;
    }

    /**
     * Why the views cannot be rebuilt; empty if they can, or have been.
     */
    public List<String> findProblems(Database database) throws SQLException {
        List<String> problems = new ArrayList<>();
        Connection connection = database.connection();
        if (registry.isRebuilt(connection)) {
            return problems;
        }
        if (!registry.knowsReplaced(connection)) {
            problems.add("the ledger does not know the connector '" + registry.replaced() + "'");
        }
        problems.addAll(obstacles);
        for (TableName table : tables) {
            for (String obstacle : database.dialect().obstacles(connection, table)) {
                problems.add("the table " + table + " cannot be replaced, because " + obstacle);
            }
        }
        return problems;
    }

    /** Finds out how far the rebuild is, and creates missing shadows. May end the transaction. */
    public void begin(Database database) throws SQLException {
        Connection connection = database.connection();
        if (isDone(database)) {
            running = false;
            return;
        }
        List<String> problems = findProblems(database);
        if (!problems.isEmpty()) {
            throw new ConnectException("Cannot rebuild the views: " + String.join("; ", problems));
        }
        for (TableName table : tables) {
            boolean exists = database.dialect().describe(connection, table).isPresent();
            if (exists && database.dialect().describe(connection, shadow(table)).isEmpty()) {
                database.dialect().createLike(connection, table, shadow(table));
                LOG.info("{} is rebuilt in {}", table, shadow(table));
            }
        }
        if (leads) {
            requirePrivileges(database);
        }
        connection.commit();
    }

    /** Without this check a missing privilege would be found only at the end of a long replay. */
    private void requirePrivileges(Database database) throws SQLException {
        Connection connection = database.connection();
        for (TableName table : tables) {
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
     * Takes the next step that is possible.
     *
     * @return how many records the shadows are behind the views, or -1 if they have been swapped
     */
    public long advance(Database database) throws SQLException {
        Connection connection = database.connection();
        if (isDone(database)) {
            running = false;
            return -1;
        }
        long behind = registry.countRecordsBehind(connection);
        if (!leads || behind > NEARLY_THERE) {
            connection.rollback();
            return behind;
        }
        if (registry.retireReplaced(connection)) {
            LOG.info(
                    "The connector '{}' is retired; its views are replaced once {} records are written",
                    registry.replaced(),
                    behind);
            connection.commit();
            // What it committed just before counts too.
            behind = registry.countRecordsBehind(connection);
        }
        if (behind > 0) {
            connection.rollback();
            return behind;
        }
        swapViews(database);
        running = false;
        return -1;
    }

    private void swapViews(Database database) throws SQLException {
        Connection connection = database.connection();
        List<TableName> present = new ArrayList<>();
        for (TableName table : tables) {
            if (database.dialect().describe(connection, table).isPresent()) {
                present.add(table);
            }
        }
        database.dialect().replace(connection, List.copyOf(tables), present, Rebuild::shadow, Rebuild::replaced);
        registry.markRebuilt(connection);
        connection.commit();
        LOG.info(
                "Rebuilt {}; the old tables are called {}",
                tables,
                present.stream().map(Rebuild::replaced).toList());
    }

    /** A crash between the swap and its mark leaves no shadow, but offsets. */
    private boolean isDone(Database database) throws SQLException {
        Connection connection = database.connection();
        if (registry.isRebuilt(connection)) {
            return true;
        }
        for (TableName table : tables) {
            if (database.dialect().describe(connection, shadow(table)).isPresent()) {
                return false;
            }
        }
        return registry.hasOffsets(connection);
    }

    private static TableName shadow(TableName table) {
        return with(table, SHADOW);
    }

    private static TableName replaced(TableName table) {
        return with(table, REPLACED);
    }

    private static TableName with(TableName table, String suffix) {
        return new TableName(table.database(), table.table() + suffix);
    }
}
