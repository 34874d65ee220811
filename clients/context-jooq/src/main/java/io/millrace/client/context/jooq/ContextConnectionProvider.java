package io.millrace.client.context.jooq;

import io.millrace.client.context.jdbc.ContextConnections;
import java.sql.Connection;
import org.jooq.ConnectionProvider;
import org.jspecify.annotations.Nullable;

/**
 * Lends jOOQ the connections of another provider as those of {@link ContextConnections}, which comment each statement with the
 * request that it is executed for:
 *
 * <pre>{@code
 * configuration.set(new ContextConnectionProvider(new DefaultConnectionProvider(connection)));
 * }</pre>
 *
 * Batches, and statements that are kept ({@code keepStatement}), are commented with the right request, too, which a listener that
 * changes the rendered text cannot do. A service whose data source is a {@code ContextDataSource} does not need it.
 *
 * <p>Threads: as the other provider.
 */
public final class ContextConnectionProvider implements ConnectionProvider {
    private final ConnectionProvider provider;

    /** A provider that lends the connections of this one. */
    public ContextConnectionProvider(ConnectionProvider provider) {
        this.provider = provider;
    }

    @Override
    public @Nullable Connection acquire() {
        Connection connection = provider.acquire();
        return connection == null ? null : ContextConnections.wrap(connection);
    }

    @Override
    public void release(Connection connection) {
        provider.release(ContextConnections.unwrap(connection));
    }
}
