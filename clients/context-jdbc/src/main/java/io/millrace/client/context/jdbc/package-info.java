/**
 * Comments each SQL statement with the request that it is executed for.
 *
 * <p>{@link io.millrace.client.context.jdbc.ContextDataSource} wraps a data source, and
 * {@link io.millrace.client.context.jdbc.ContextDriver} a driver, for services that configure a URL alone. Both return connections
 * of {@link io.millrace.client.context.jdbc.ContextConnections}.
 */
@NullMarked
package io.millrace.client.context.jdbc;

import org.jspecify.annotations.NullMarked;
