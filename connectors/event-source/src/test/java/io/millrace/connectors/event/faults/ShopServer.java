package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.testing.servers.LoopbackServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/**
 * The shop's database server, which the source reads. Another database is another implementation of this, of {@link ShopSql} and
 * kinds of faults of its own. One thread at a time changes it; any may ask for it.
 */
interface ShopServer extends AutoCloseable {
    /** The user of the source. */
    String USER = "debezium";

    String PASSWORD = "debezium";

    /** The server that the shop writes to. */
    LoopbackServer process();

    /** The statements that are different on each kind of server. */
    ShopSql sql();

    /** A connection that may do everything in the shop's database, with automatic commits. */
    Connection connectAsOwner() throws SQLException;

    /** A connection of the shop's service, without automatic commits. */
    Connection connectToShop() throws SQLException;

    /** Creates the tables, and permits the source to read the captured ones, of which it may write the table of signals. */
    void createTables(List<ShopTable> captured, String signals, List<String> others) throws SQLException;

    /** The file below {@code connect-configs} with the configuration of the connector for this kind of server. */
    String connectorFile();

    /** The options of the connector that depend on the server. */
    Map<String, String> connectorOptions(String kafkaBootstrapServers);

    /** Whether a source reads the server's log; not if the server is unavailable. */
    boolean isRead();

    /** The end of the server's log: everything that was committed is before it. */
    String position() throws SQLException;

    /** Whether the source offset has reached a position of {@link #position}. */
    boolean hasReached(JsonNode offset, String position) throws SQLException;

    /** A part of the trace of a task that could not start because the server was not available. */
    String unavailable();

    @Override
    void close();

    /** Executes statements, one by one. */
    default void execute(List<String> statements) throws SQLException {
        try (Connection connection = connectAsOwner();
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }

    /** The first column of the first row of a query. */
    default String queryText(String query) throws SQLException {
        try (Connection connection = connectAsOwner()) {
            return queryText(connection, query);
        }
    }

    /** The first column of the first row of a query on this connection. */
    static String queryText(Connection connection, String query) throws SQLException {
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }
}
