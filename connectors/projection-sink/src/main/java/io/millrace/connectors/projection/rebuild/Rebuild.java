package io.millrace.connectors.projection.rebuild;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.definition.AggregateDefinition;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.ledger.Ledger;
import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the views of a connector anew, beside themselves, while the connector that it replaces goes on with the old ones:
 *
 * <ol>
 *   <li>each view gets a shadow, an empty table like it, and all topics are replayed into the shadows;
 *   <li>once they are nearly where the old connector is, the old one is retired in the ledger: it can commit nothing more;
 *   <li>once they are past all that the old one committed, shadows and views change names, all at once.
 * </ol>
 *
 * <p>So readers see the old views, which are kept up to date but for the moment between the last two steps, and then the new
 * ones, which are never behind. Where it stands is in the ledger and in the names of the tables alone; it goes on after any
 * crash.
 */
public final class Rebuild {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
    private static final String SHADOW = "__rebuild";
    private static final String REPLACED = "__replaced";
    private static final String PROBE = "__probe";
    private static final String PROBED = "__probed";
    /** A connector that is this near writes the rest in a moment. */
    private static final long NEARLY_THERE = 10_000;

    private final Ledger ledger;
    private final String replaced;
    private final Set<TableName> tables;
    private final boolean leads;
    private final boolean announces;
    private boolean running = true;

    /**
     * A rebuild that has begun, or will with {@link #begin}.
     *
     * @param ledger the ledger of the connector that builds
     * @param replaced the connector that it replaces
     * @param projections the projections, with the views' own names
     * @param leads whether this is the one task that retires the old connector and changes the names
     */
    public Rebuild(Ledger ledger, String replaced, List<ProjectionDefinition> projections, boolean leads) {
        this.ledger = ledger;
        this.replaced = replaced;
        this.announces = projections.stream().anyMatch(projection -> projection
                .aggregate()
                .flatMap(AggregateDefinition::completion)
                .isPresent());
        this.tables = projections.stream()
                .flatMap(projection -> projection.tables().stream())
                .collect(Collectors.toSet());
        this.leads = leads;
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
     * Why the views cannot be rebuilt; empty where they can, or have been.
     */
    public List<String> problems(Database database) throws SQLException {
        List<String> problems = new ArrayList<>();
        Connection connection = database.connection();
        if (ledger.isRebuilt(connection)) {
            return problems;
        }
        if (!ledger.knows(connection, replaced)) {
            problems.add("the ledger does not know the connector '" + replaced + "'");
        }
        if (announces) {
            problems.add(
                    "an aggregate that announces its completion cannot be rebuilt, because it would announce again");
        }
        for (TableName table : tables) {
            for (String obstacle : database.dialect().obstacles(connection, table)) {
                problems.add("the table " + table + " cannot be replaced, because " + obstacle);
            }
        }
        return problems;
    }

    /** Finds out where the rebuild stands, and makes the shadows that are missing. May end the transaction. */
    public void begin(Database database) throws SQLException {
        Connection connection = database.connection();
        if (isDone(database)) {
            running = false;
            return;
        }
        List<String> problems = problems(database);
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
            tryPrivileges(database);
        }
        connection.commit();
    }

    /** A privilege that is missing would otherwise be noticed at the end of a long replay. */
    private void tryPrivileges(Database database) throws SQLException {
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
     * Does what can be done next.
     *
     * @return how many records the shadows are behind the views, or -1 where they have changed names
     */
    public long advance(Database database) throws SQLException {
        Connection connection = database.connection();
        if (isDone(database)) {
            running = false;
            return -1;
        }
        long behind = ledger.behind(connection, replaced);
        if (!leads || behind > NEARLY_THERE) {
            connection.rollback();
            return behind;
        }
        if (ledger.retire(connection, replaced)) {
            LOG.info(
                    "The connector '{}' is retired; its views are replaced once {} records are written",
                    replaced,
                    behind);
            connection.commit();
            // What it committed just before counts too.
            behind = ledger.behind(connection, replaced);
        }
        if (behind > 0) {
            connection.rollback();
            return behind;
        }
        swap(database);
        running = false;
        return -1;
    }

    private void swap(Database database) throws SQLException {
        Connection connection = database.connection();
        List<TableName> present = new ArrayList<>();
        for (TableName table : tables) {
            if (database.dialect().describe(connection, table).isPresent()) {
                present.add(table);
            }
        }
        database.dialect().replace(connection, List.copyOf(tables), present, Rebuild::shadow, Rebuild::replaced);
        ledger.markRebuilt(connection);
        connection.commit();
        LOG.info(
                "Rebuilt {}; the old tables are called {}",
                tables,
                present.stream().map(Rebuild::replaced).toList());
    }

    /** A crash between the change of names and its mark leaves no shadow, but offsets. */
    private boolean isDone(Database database) throws SQLException {
        Connection connection = database.connection();
        if (ledger.isRebuilt(connection)) {
            return true;
        }
        for (TableName table : tables) {
            if (database.dialect().describe(connection, shadow(table)).isPresent()) {
                return false;
            }
        }
        return ledger.hasOffsets(connection);
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
