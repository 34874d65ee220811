package io.millrace.connectors.projection.database;

import com.mysql.cj.jdbc.exceptions.PacketTooBigException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Whether what the database refused may succeed later, is one record's fault, or neither. */
public enum SqlFault {
    /** The same batch may succeed later: a lost connection, a deadlock, a server that is going down or read-only. */
    TRANSIENT,
    /** A value does not fit its column or breaks a constraint. */
    RECORD,
    /** The same batch will not succeed, and no record is to blame: a missing table, a missing privilege. */
    OTHER;

    /** MySQL's codes where its SQLState does not say. */
    private static final Set<Integer> TRANSIENT_CODES = Set.of(
            1021, // disk full
            1040, // too many connections
            1053, // shutdown in progress
            1114, // table full
            1180, // error during commit
            1203, // too many connections of the user
            1205, // lock wait timeout
            1213, // deadlock
            1226, // the user's hourly limit
            1290, // read-only
            1317, // query interrupted
            1792, // read-only transaction
            1836, // read-only mode
            1927, // connection killed
            3024, // execution time exceeded
            3101, // group replication rolled back
            3169, // session killed
            3572, // lock not available
            4031); // idle for too long

    private static final Set<Integer> RECORD_CODES = Set.of(
            1048, // null in a column that is NOT NULL
            1265, // data truncated, e.g. no member of the ENUM
            1366, // incorrect value
            1411, // incorrect value for a function of a generated column
            3819, // check constraint
            3988); // character not in the column's character set

    private static final List<String> TRANSIENT_STATES = List.of(
            "08", // connection
            "40", // deadlock, serialization
            "25006", // PostgreSQL: read-only
            "25P03", // PostgreSQL: idle in a transaction for too long
            "53", // PostgreSQL: disk full, out of memory, too many connections
            "55P03", // PostgreSQL: lock not available
            "57", // PostgreSQL: cancelled, shutting down, starting up
            "58030"); // PostgreSQL: input or output failed

    private static final List<String> RECORD_STATES = List.of(
            "21000", // PostgreSQL: two rows of a statement have keys that it takes for one
            "22", // data
            "23", // constraints
            "54000"); // PostgreSQL: too long for an index or a page

    /** What this exception, or the first one in its chain of causes that says so, means. */
    public static SqlFault of(SQLException exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof PacketTooBigException) {
                return RECORD;
            }
            if (cause instanceof SQLException e) {
                SqlFault fault = one(e);
                if (fault != OTHER) {
                    return fault;
                }
            }
        }
        return OTHER;
    }

    private static SqlFault one(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (TRANSIENT_CODES.contains(e.getErrorCode())
                || TRANSIENT_STATES.stream().anyMatch(state::startsWith)) {
            return TRANSIENT;
        }
        if (RECORD_CODES.contains(e.getErrorCode()) || RECORD_STATES.stream().anyMatch(state::startsWith)) {
            return RECORD;
        }
        return OTHER;
    }
}
