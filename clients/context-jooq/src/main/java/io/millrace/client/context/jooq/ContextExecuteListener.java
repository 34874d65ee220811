package io.millrace.client.context.jooq;

import io.millrace.client.context.jdbc.ContextConnections;
import java.sql.Connection;
import org.jooq.ConnectionProvider;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;

/**
 * Comments each statement that jOOQ executes with the current request:
 *
 * <pre>{@code
 * configuration.set(new ContextExecuteListener());
 * }</pre>
 *
 * The listener replaces the connection of an execution by one of {@link ContextConnections}, so that batches, and statements that are
 * kept ({@code keepStatement}), are commented with the right request. A service whose data source is a {@code ContextDataSource} does
 * not need it.
 */
public final class ContextExecuteListener implements ExecuteListener {
    private static final long serialVersionUID = 1;

    @Override
    public void start(ExecuteContext context) {
        ConnectionProvider provider = context.configuration().connectionProvider();
        context.connectionProvider(new ContextConnectionProvider(provider));
    }

    /** Lends the commenting connections of a provider. */
    private record ContextConnectionProvider(ConnectionProvider provider) implements ConnectionProvider {
        @Override
        public Connection acquire() {
            return ContextConnections.wrap(provider.acquire());
        }

        @Override
        public void release(Connection connection) {
            provider.release(ContextConnections.unwrap(connection));
        }
    }
}
