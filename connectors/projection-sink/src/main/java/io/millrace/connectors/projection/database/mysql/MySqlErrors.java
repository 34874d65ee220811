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

    /**
     * MySQL's own are described in https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html, those of clients,
     * which proxies pass on, in https://dev.mysql.com/doc/mysql-errors/8.0/en/client-error-reference.html.
     */
    private static final Set<Integer> TRANSIENT = Set.of(
            1020, // the record has changed since it was read
            1021, // disk full
            1026, // error writing a file
            1037, // out of memory
            1040, // too many connections
            1041, // out of resources
            1053, // shutdown in progress
            1114, // table full
            1129, // the host is blocked because of many connection errors
            1135, // no thread for the connection
            1180, // error during commit
            1181, // error during rollback
            1203, // too many connections of the user
            1205, // timeout of a wait for a lock, of a row or of a table's definition
            1206, // the lock table is full
            1213, // deadlock
            1226, // the user's hourly limit
            1290, // read-only
            1317, // query interrupted
            1412, // the table's definition has changed
            1615, // the prepared statement needs to be prepared again
            1637, // too many concurrent transactions
            1689, // the wait for a lock was aborted
            1792, // read-only transaction
            1836, // read-only mode
            1878, // a temporary file could not be written
            1927, // connection killed
            2002, // a proxy: no connection to the server through a socket
            2003, // a proxy: no connection to the server
            2005, // a proxy: unknown host of the server
            2006, // a proxy: the server has gone away
            2013, // a proxy: the connection was lost during a query
            2055, // a proxy: the connection was lost
            3024, // execution time exceeded
            3032, // offline mode
            3100, // group replication: a hook failed, as on a member that left the group
            3101, // group replication rolled back
            3168, // the server is not available
            3169, // session killed
            3572, // lock not available
            3675, // disk full
            3781, // group replication: timeout of a wait for a new primary
            3782, // group replication: a wait for a new primary was ended
            3783, // group replication: the member left the group during the wait
            3796, // group replication: the member's state does not permit its consistency
            3797, // group replication: error before a transaction, waiting for others
            3798, // group replication: error at the begin of a transaction, waiting for others
            3989, // read-only schema
            4031, // idle for too long
            9001, // ProxySQL: no connection to the host group in time, https://proxysql.com/documentation/error-codes
            9002, // ProxySQL: too many failures to connect to the host group
            9004, // ProxySQL: the server is offline
            9501); // RDS Proxy: no connection to the database in time

    /** Authorization. The SQLState is 28000, or HY000. */
    private static final Set<Integer> LOGIN_REFUSED = Set.of(
            1045, // access denied
            1130, // the host is not allowed to connect
            1698, // access denied, without a password
            1862, // the password has expired
            3118, // account locked
            3955); // account blocked after failed logins

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
    public boolean isLoginRefused(SQLException e) {
        return stateOf(e).startsWith("28") || LOGIN_REFUSED.contains(e.getErrorCode());
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
