package io.millrace.client.context.jdbc;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The calls of a connection whose statements are commented. */
final class ConnectionCalls extends JdbcCalls<Connection> {
    private final Connection connection;

    ConnectionCalls(Connection connection) {
        super(Connection.class);
        this.connection = connection;
    }

    Connection connection() {
        return proxy();
    }

    @Override
    Connection delegate() {
        return connection;
    }

    @Override
    @Nullable
    Object answer(Method method, @Nullable Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "createStatement" ->
                new StatementCalls(this, (Statement) Objects.requireNonNull(callDelegate(method, arguments))).proxy();
            case "prepareStatement" ->
                new PreparedCalls<>(PreparedStatement.class, this, new Preparation(connection, method, arguments))
                        .proxy();
            case "prepareCall" ->
                new PreparedCalls<>(CallableStatement.class, this, new Preparation(connection, method, arguments))
                        .proxy();
            case "getMetaData" -> new MetaDataCalls(this, connection.getMetaData()).proxy();
            default -> callDelegate(method, arguments);
        };
    }

    /** The metadata of a connection: it leads back to the connection that comments. */
    private static final class MetaDataCalls extends JdbcCalls<DatabaseMetaData> {
        private final ConnectionCalls connection;
        private final DatabaseMetaData metaData;

        MetaDataCalls(ConnectionCalls connection, DatabaseMetaData metaData) {
            super(DatabaseMetaData.class);
            this.connection = connection;
            this.metaData = metaData;
        }

        @Override
        DatabaseMetaData delegate() {
            return metaData;
        }

        @Override
        @Nullable
        Object answer(Method method, @Nullable Object[] arguments) throws Throwable {
            return method.getName().equals("getConnection") ? connection.proxy() : callDelegate(method, arguments);
        }
    }
}
