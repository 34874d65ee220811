package io.millrace.client.context.jdbc;

import java.lang.reflect.Proxy;
import java.sql.Connection;

/**
 * Connections that comment each statement with the request that it is executed for.
 *
 * <ul>
 *   <li>The comment is that of the context that is current when the statement is executed; of a statement or row in a batch, when it
 *       is added. If the rows of one batch belong to different requests, the statement has no comment.
 *   <li>A prepared statement that was prepared for another request is prepared again, unless the text is the same: with its settings,
 *       its parameters and the rows of its batch, and in the catalog of its first preparation (the schema, if the driver has no
 *       catalogs). A result of it that is open is closed, as by any execution. The execution fails with an {@code SQLException} if the
 *       value of an INOUT parameter may be the result of the last call.
 *   <li>Dates and byte arrays are copied when they are set as parameters. Streams are read when the driver reads them.
 *   <li>A statement that has a comment of a request at one of its ends is sent as it is; see
 *       {@link io.millrace.client.context.SqlComment#addTo(String)}.
 *   <li>{@code getConnection} of statements and metadata, and {@code getStatement} of results, return the commenting objects.
 *       {@code unwrap} returns the driver's. Statements that are executed on these keep the comment that they were prepared with.
 *   <li>Rows that are written through an updatable result set have no comment, because the driver makes their statements.
 *   <li>The result sets of {@code DatabaseMetaData} and of arrays are the driver's own.
 * </ul>
 *
 * Threads: as the wrapped connection. Preparing a statement again and executing it are one step under a lock of the statement;
 * {@code cancel} and {@code close} do not wait for it.
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
