package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.StateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates and extends tables as a {@link CatalogReader} plans it, although other tasks do so at the same time. */
public final class TableChanger {
    private static final Logger LOG = LoggerFactory.getLogger(TableChanger.class);
    /** What depends on a view that was just created comes in a second round. */
    private static final int ROUNDS = 3;

    private final CatalogReader reader;

    public TableChanger(CatalogReader reader) {
        this.reader = reader;
    }

    /**
     * Reads the tables, and creates what is missing as far as that is allowed.
     *
     * @throws SQLException if the database cannot be read, or refuses to create what is missing
     */
    public ViewCatalog completeTables(Database database) throws SQLException {
        SQLException refused = null;
        for (int round = 1; ; round++) {
            ViewCatalog found = reader.read(database);
            database.rollback();
            if (!found.problems().isEmpty() || found.pending().isEmpty()) {
                return found;
            }
            if (round == ROUNDS) {
                throw refused != null ? refused : new StateException("The tables are not as they were made", "55000");
            }
            refused = executeAll(database, found.pending());
        }
    }

    /** Another task may have created it just before; so what counts is what exists afterwards. */
    private static @Nullable SQLException executeAll(Database database, List<String> statements) throws SQLException {
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
}
