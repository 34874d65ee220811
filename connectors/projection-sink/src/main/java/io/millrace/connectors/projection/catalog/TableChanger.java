package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.DdlStatements;
import io.millrace.connectors.projection.database.StateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates and extends tables as a {@link CatalogReader} plans it, while other tasks may do the same. */
public final class TableChanger {
    private static final Logger LOG = LoggerFactory.getLogger(TableChanger.class);
    /** A second round makes the changes that depend on a view that was just created. */
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
                throw refused != null
                        ? refused
                        : new StateException("The tables differ from the" + " created ones", "55000");
            }
            refused = executeAll(database, found.pending());
        }
    }

    /** Another task may have created it at the same time, so the existing table is checked afterwards. */
    private static @Nullable SQLException executeAll(Database database, List<String> statements) throws SQLException {
        SQLException refused = null;
        for (String ddl : statements) {
            Connection connection = database.connection();
            try {
                LOG.info("Changing tables of views: {}", ddl);
                DdlStatements.executeAll(connection, List.of(ddl));
                connection.commit();
            } catch (SQLException e) {
                refused = e;
                database.rollback();
            }
        }
        return refused;
    }
}
