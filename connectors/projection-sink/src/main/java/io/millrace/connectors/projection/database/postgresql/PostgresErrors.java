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

    /**
     * The states, or how they begin; see https://www.postgresql.org/docs/current/errcodes-appendix.html. PgBouncer gives its
     * own errors, such as "server conn crashed?" and "query_wait_timeout", the state 08P01, which is one of connections, or
     * 57P03.
     */
    private static final List<String> TRANSIENT = List.of(
            "25006", // read-only
            "25P03", // idle in a transaction for too long
            "25P04", // a transaction that takes too long
            "26000", // a prepared statement is gone: another session of a pooler
            "42P05", // a prepared statement exists: another session of a pooler
            "53", // disk full, out of memory, too many connections
            "55006", // object in use
            "55P03", // lock not available
            "57", // cancelled, shutting down, starting up, idle for too long
            "58000", // error of the operating system
            "58030"); // input or output failed

    /** A feature is not supported; among others a query whose columns' types have changed since it was prepared. */
    private static final String NOT_SUPPORTED = "0A000";

    /** The function of the server that finds that; its message may be translated. */
    private static final String CHANGED_RESULT_TYPE = "RevalidateCachedQuery";

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
    public boolean isLoginRefused(SQLException e) {
        return stateOf(e).startsWith("28");
    }

    @Override
    protected Pattern columnInMessage() {
        return COLUMN;
    }

    @Override
    protected boolean isTransient(SQLException e, String state) {
        return TRANSIENT.stream().anyMatch(state::startsWith) || (state.equals(NOT_SUPPORTED) && isOfChangedTable(e));
    }

    /** On another connection the statement is prepared with the new types. */
    private static boolean isOfChangedTable(SQLException e) {
        return e instanceof PSQLException server
                && server.getServerErrorMessage() != null
                && CHANGED_RESULT_TYPE.equals(server.getServerErrorMessage().getRoutine());
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
