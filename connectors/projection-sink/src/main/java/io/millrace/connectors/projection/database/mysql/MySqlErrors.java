package io.millrace.connectors.projection.database.mysql;

import com.mysql.cj.jdbc.exceptions.PacketTooBigException;
import io.millrace.connectors.projection.database.SqlErrors;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;

/** MySQL's codes. Its SQLState is often HY000, so the error number decides. */
final class MySqlErrors extends SqlErrors {
    private static final int DUPLICATE_KEY = 1062;
    private static final Pattern COLUMN = Pattern.compile("[Cc]olumn '([^']+)'");

    private static final Set<Integer> TRANSIENT = Set.of(
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

    private static final Set<Integer> FAULTS_OF_RECORDS = Set.of(
            1048, // null in a column that is NOT NULL
            1265, // data truncated, e.g. no member of the ENUM
            1366, // incorrect value
            1411, // incorrect value for a function of a generated column
            3819, // check constraint
            3988); // character not in the column's character set

    private static final Set<Integer> NAMES_ONLY =
            Set.of(1044, 1045, 1049, 1050, 1054, 1142, 1143, 1146, 1227, 1364, 1370, 1698, 3118);

    @Override
    public boolean isDuplicateKey(SQLException e) {
        return e.getErrorCode() == DUPLICATE_KEY;
    }

    @Override
    protected Pattern columnInMessage() {
        return COLUMN;
    }

    @Override
    protected boolean isTransient(SQLException e, String state) {
        return TRANSIENT.contains(e.getErrorCode());
    }

    /** The driver refuses a packet that is too big before it is sent, as an exception with a connection's state. */
    @Override
    protected boolean isFaultOfRecord(SQLException e, String state) {
        return FAULTS_OF_RECORDS.contains(e.getErrorCode()) || e instanceof PacketTooBigException;
    }

    @Override
    protected boolean namesOnly(SQLException e) {
        return NAMES_ONLY.contains(e.getErrorCode());
    }

    /** The driver gives its own exceptions the error number 0. */
    @Override
    protected String serverPrefix(SQLException e) {
        return e.getErrorCode() == 0 ? "" : "MySQL error " + e.getErrorCode() + ", ";
    }
}
