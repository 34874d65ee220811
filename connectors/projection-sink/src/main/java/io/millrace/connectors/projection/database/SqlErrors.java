package io.millrace.connectors.projection.database;

import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Classifies the errors of a database, and selects the parts that may be shown. A message of the database may quote a
 * row, so it is shown only if its code guarantees that it contains names alone. Without state; safe for use by many
 * threads.
 */
public abstract class SqlErrors {
    /** The classification of an exception, or of the first exception in its chain of causes that has one. */
    public final SqlFault classify(SQLException exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e) {
                SqlFault fault = classifyOne(e);
                if (fault != SqlFault.OTHER) {
                    return fault;
                }
            }
        }
        return SqlFault.OTHER;
    }

    private SqlFault classifyOne(SQLException e) {
        String state = stateOf(e);
        // The classes of the SQL standard: connections and rollbacks, then data and constraints.
        if (state.startsWith("08") || state.startsWith("40") || isTransient(e, state)) {
            return SqlFault.TRANSIENT;
        }
        return state.startsWith("22") || state.startsWith("23") || isFaultOfRecord(e, state)
                ? SqlFault.RECORD
                : SqlFault.OTHER;
    }

    /** Codes, and the first line of the message if it is safe. */
    public final String describe(SQLException e) {
        if (!isSafe(e)) {
            return describeCodes(e);
        }
        String line = String.valueOf(e.getMessage())
                .lines()
                .findFirst()
                .orElse("no message")
                .strip();
        return line + " (" + describeCodes(e) + ")";
    }

    /** The codes alone, with the name of the server that sent them. */
    public final String describeCodes(SQLException e) {
        return serverPrefix(e) + "SQLState " + e.getSQLState();
    }

    /** The exception as a cause; null if its message may contain values. */
    public final @Nullable SQLException safeCause(SQLException e) {
        return isSafe(e) ? e : null;
    }

    private boolean isSafe(SQLException e) {
        return e instanceof StateException || namesOnly(e) || classify(e) == SqlFault.TRANSIENT;
    }

    protected static String stateOf(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    /** Whether a row with the same key exists already. */
    public abstract boolean isDuplicateKey(SQLException e);

    /** Whether the server refuses the user, the password or the host of a login. */
    public abstract boolean isLoginRefused(SQLException e);

    /** The columns that the message names, unchecked: a value in the message may look like one. */
    public final List<String> findColumns(SQLException e) {
        return columnInMessage()
                .matcher(String.valueOf(e.getMessage()))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** How messages name a column; the first group is the name. */
    protected abstract Pattern columnInMessage();

    /** Whether the same statement may succeed later, apart from what the SQL standard's classes 08 and 40 state. */
    protected abstract boolean isTransient(SQLException e, String state);

    /** Whether a value is to blame, apart from what the SQL standard's classes 22 and 23 state. */
    protected abstract boolean isFaultOfRecord(SQLException e, String state);

    /** Whether the message contains names of users, databases, tables and columns only. */
    protected abstract boolean namesOnly(SQLException e);

    /** The server and its own code, for a message, before the SQLState; empty if the exception is not the server's. */
    protected abstract String serverPrefix(SQLException e);
}
