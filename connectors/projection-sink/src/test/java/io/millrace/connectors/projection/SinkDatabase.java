package io.millrace.connectors.projection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A database server of a test class's own, with a place for views and a user who may write there. */
interface SinkDatabase extends AutoCloseable {
    String USER = "projector";
    String PASSWORD = "projector's";

    /** A sink's options that say where the views are. */
    Map<String, String> connection();

    /** A new connection to the place of the views that may do everything, to be closed by the caller. */
    Connection connect() throws SQLException;

    /** An identifier as the database's SQL quotes it. */
    String quote(String identifier);

    /** The name of the connection's own place for tables, a database or a schema. */
    String place();

    /** Changes the password of the sink's user; sessions go on. */
    void changePassword(String password) throws SQLException;

    /** A type of texts of up to so many characters that tells all of them apart. */
    String text(int length);

    /** A type of moments with so many fractional digits. */
    String moment(int digits);

    /** A type of texts that takes some that differ in case for one. */
    String looseText();

    /** Creates a place for tables beside the connection's own, a database or a schema, where the sink's user may write. */
    void createPlace(String name) throws SQLException;

    /** Creates a table of this name that a crash, or a transaction that is rolled back, does not treat as a view. */
    void createUnsafe(String table) throws SQLException;

    /** Gives the sink's user everything that can be done to a table. */
    default void giveAway(String table) throws SQLException {}

    /** Has the sink's user no longer change the table, but its rows. */
    void forbidAlter(String table) throws SQLException;

    /** Ends {@link #forbidAlter}. */
    void permitAlter(String table) throws SQLException;

    /** Waits until a table that is created can be told from one that was created just before. */
    default void awaitNextGeneration() {}

    /** Ends the sessions of the sink's user. */
    void cutOffSessions() throws SQLException;

    /** Lets the sink's sessions write, or read alone; those that are there already notice it too, or are ended. */
    void readOnly(boolean readOnly) throws SQLException;

    /** Ends the server as a crash does. */
    void kill();

    /** Starts the server again with its data. */
    void restart();

    @Override
    void close();

    default void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The rows as lists of texts; moments in ISO 8601. */
    default List<List<String>> rows(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            while (row.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    if (row.getMetaData().getColumnType(i) == Types.TIMESTAMP) {
                        LocalDateTime moment = row.getObject(i, LocalDateTime.class);
                        values.add(moment == null ? null : moment.toString());
                    } else {
                        values.add(row.getString(i));
                    }
                }
                rows.add(values);
            }
            return rows;
        }
    }
}
