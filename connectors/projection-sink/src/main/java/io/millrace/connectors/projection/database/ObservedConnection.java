package io.millrace.connectors.projection.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection that reports when it is used, and when it is between two transactions. */
final class ObservedConnection implements InvocationHandler {
    /** By one of these a transaction begins. */
    private static final Set<String> USES = Set.of("createStatement", "prepareStatement", "setSavepoint", "isValid");

    private final Connection connection;
    private final Runnable use;
    private final Runnable transactionEnd;

    private ObservedConnection(Connection connection, Runnable use, Runnable transactionEnd) {
        this.connection = connection;
        this.use = use;
        this.transactionEnd = transactionEnd;
    }

    /**
     * The connection, observed.
     *
     * @param use called before each use
     * @param transactionEnd called after each commit and each rollback that succeeded
     */
    static Connection of(Connection connection, Runnable use, Runnable transactionEnd) {
        return (Connection) Proxy.newProxyInstance(
                ObservedConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new ObservedConnection(connection, use, transactionEnd));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (USES.contains(method.getName())) {
            use.run();
        }
        try {
            Object result = method.invoke(connection, arguments);
            boolean ofTransaction = arguments == null
                    && (method.getName().equals("commit") || method.getName().equals("rollback"));
            if (ofTransaction) {
                transactionEnd.run();
            }
            return result;
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
