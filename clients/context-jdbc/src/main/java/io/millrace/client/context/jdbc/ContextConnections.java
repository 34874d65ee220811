package io.millrace.client.context.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;

/**
 * Connections that comment each statement with the request that it is executed for.
 *
 * <ul>
 *   <li>The comment is that of the context that is current when the statement is executed; of a statement or row in a batch, when it
 *       is added. A prepared statement that was prepared for another request is prepared again with its parameters, unless the
 *       text is the same. If the rows of one batch belong to different requests, the statement has no comment.
 *   <li>A statement that has a comment in sqlcommenter's format at one of its ends is sent as it is.
 *   <li>{@code getConnection} of statements and metadata, and {@code getStatement} of results, return the commenting objects.
 *       {@code unwrap} returns the driver's. Statements that are executed on these keep the comment that they were prepared with.
 *   <li>The result sets of {@code DatabaseMetaData} and of arrays are the driver's own.
 * </ul>
 *
 * Threads: as the wrapped connection.
 */
public final class ContextConnections {
    private ContextConnections() {}

    /** A connection that comments the statements of this one; the same one if it does already. */
    public static Connection wrap(Connection connection) {
        return isWrapped(connection) ? connection : new ConnectionCalls(connection).connection();
    }

    /** The connection that {@link #wrap} was called with; the same one if it is not from there. */
    public static Connection unwrap(Connection connection) {
        return isWrapped(connection)
                ? ((ConnectionCalls) Proxy.getInvocationHandler(connection)).delegate()
                : connection;
    }

    private static boolean isWrapped(Connection connection) {
        return Proxy.isProxyClass(connection.getClass())
                && Proxy.getInvocationHandler(connection) instanceof ConnectionCalls;
    }
}
