package io.millrace.connectors.projection.database.postgresql;

import io.millrace.connectors.projection.database.SqlErrors;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;

/** PostgreSQL's codes: SQLStates alone. */
final class PostgresErrors extends SqlErrors {
    private static final String DUPLICATE_KEY = "23505";
    private static final Pattern COLUMN = Pattern.compile("[Cc]olumn \"([^\"]+)\"");

    private static final List<String> TRANSIENT = List.of(
            "25006", // read-only
            "25P03", // idle in a transaction for too long
            "53", // disk full, out of memory, too many connections
            "55P03", // lock not available
            "57", // cancelled, shutting down, starting up
            "58030"); // input or output failed

    private static final List<String> FAULTS_OF_RECORDS = List.of(
            "21000", // two rows of a statement have keys that it takes for one
            "54000"); // too long for an index or a page

    /** Authorization, privileges, and what is not there. */
    private static final Set<String> NAMES_ONLY =
            Set.of("28000", "28P01", "3D000", "3F000", "42501", "42P01", "42703", "42P10");

    @Override
    public boolean isDuplicateKey(SQLException e) {
        return DUPLICATE_KEY.equals(e.getSQLState());
    }

    @Override
    protected Pattern columnInMessage() {
        return COLUMN;
    }

    @Override
    protected boolean isTransient(SQLException e, String state) {
        return TRANSIENT.stream().anyMatch(state::startsWith);
    }

    @Override
    protected boolean isFaultOfRecord(SQLException e, String state) {
        return FAULTS_OF_RECORDS.stream().anyMatch(state::startsWith);
    }

    @Override
    protected boolean namesOnly(SQLException e) {
        return NAMES_ONLY.contains(stateOf(e));
    }

    @Override
    protected String serverPrefix(SQLException e) {
        return e instanceof PSQLException ? "PostgreSQL " : "";
    }
}
