package io.millrace.connectors.projection.database;

import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;

/** What an exception of the database says, as far as it holds no payload. */
public final class SqlReason {
    /** Errors whose texts name users, databases, tables and columns only. */
    private static final Set<Integer> NAMES_ONLY =
            Set.of(1044, 1045, 1049, 1050, 1054, 1142, 1143, 1146, 1227, 1364, 1370, 1698, 3118);

    /** The same of PostgreSQL: authorization, privileges, and what is not there. */
    private static final Set<String> STATES_OF_NAMES_ONLY =
            Set.of("28000", "28P01", "3D000", "3F000", "42501", "42P01", "42703", "42P10");

    private SqlReason() {}

    /** Codes, and the text where that is safe. */
    public static String of(SQLException e) {
        return isSafe(e) ? firstLine(e) + " (" + codes(e) + ")" : codes(e);
    }

    /** The codes alone. */
    public static String codes(SQLException e) {
        String state = "SQLState " + e.getSQLState();
        if (e instanceof PSQLException) {
            return "PostgreSQL " + state;
        }
        // MySQL's driver says 0 for what it finds itself.
        return e.getErrorCode() == 0 ? state : "MySQL error " + e.getErrorCode() + ", " + state;
    }

    /** The exception as a cause, or null where its text may hold payload. */
    public static SQLException cause(SQLException e) {
        return isSafe(e) ? e : null;
    }

    private static boolean isSafe(SQLException e) {
        return e instanceof StateException
                || NAMES_ONLY.contains(e.getErrorCode())
                || (e.getSQLState() != null && STATES_OF_NAMES_ONLY.contains(e.getSQLState()))
                || SqlFault.of(e) == SqlFault.TRANSIENT;
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage())
                .lines()
                .findFirst()
                .orElse("no message")
                .strip();
    }
}
