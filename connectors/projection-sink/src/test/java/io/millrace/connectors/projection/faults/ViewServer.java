package io.millrace.connectors.projection.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The views' server, one of those that the sink can write to, and what can be done to it. Another database is another
 * implementation of this.
 */
interface ViewServer extends AutoCloseable {
    /** What the connector's configuration says: {@code connection.url} and so on. */
    Map<String, String> connectionOptions();

    /** A connection to the views that may do everything, for one caller, in auto-commit. */
    Connection connect() throws SQLException;

    /** Has the sink's user own the views, where a database asks that of whoever exchanges them. */
    void handOverViews(List<ViewModel> views) throws SQLException;

    /** Makes the table {@value Effects#TABLE} and has the server itself write into it what is done to the view. */
    void recordEffects(ViewModel view) throws SQLException;

    /** Ends what {@link #recordEffects} began. */
    void ignoreEffects(ViewModel view) throws SQLException;

    /** In a transaction of {@link #connect}: returns when nobody is writing into {@value Effects#TABLE} any more. */
    void awaitWriters(Connection transaction) throws SQLException;

    /** The sessions that the sink has now. */
    Set<Long> sinkSessions() throws SQLException;

    /** Ends a session as an administrator does; one that is gone already is no error. */
    void endSession(long id) throws SQLException;

    /** The sink's sessions that wait for a row that another session has locked. */
    Set<Long> waitingSinkSessions() throws SQLException;

    /** The sink's sessions that have a transaction open and are asked nothing just now. */
    Set<Long> idleSinkTransactions() throws SQLException;

    /** Refuses every write, or takes them again. */
    void readOnly(boolean on) throws SQLException;

    /** Whether the disk can be made full. */
    boolean canFillDisk();

    /** Leaves no room for another page of the views. */
    void fillDisk() throws SQLException;

    /** Gives back the room; a server that died for want of it has more from now on, and is started again. */
    void freeDisk() throws SQLException;

    /** Whether the server runs. */
    boolean isAlive();

    /** A transaction that weighs more than the sink's, so that the server ends the sink's where both wait for each other. */
    void makeHeavy(Connection transaction) throws SQLException;

    /** Whether the server ended a transaction with this exception because it waited for one that waited for it. */
    boolean wasRolledBack(SQLException e);

    /** Removes what no table needs any more, so that a copy of the data is small. */
    void tidyUp() throws SQLException;

    /** Ends the server as a crash does. */
    void kill();

    /** Keeps a copy of the data of the killed server, which {@link #restoreData} goes back to. */
    void saveData();

    /** Has the killed server lose whatever it committed since {@link #saveData}. */
    void restoreData();

    /** Goes on with the data. */
    void restart();

    void suspend();

    void resume();

    @Override
    void close();
}
