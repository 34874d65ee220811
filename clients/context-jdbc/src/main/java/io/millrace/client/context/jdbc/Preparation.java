package io.millrace.client.context.jdbc;

import io.millrace.client.context.SqlComment;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call that prepares a statement, which can be made again with another comment. */
final class Preparation {
    private final Connection connection;
    private final Method method;
    private final @Nullable Object[] arguments;
    private final boolean isPlain;
    private final Namespace namespace;

    /**
     * The call.
     *
     * @param connection the driver's connection
     * @param method one of the connection's methods {@code prepareStatement} and {@code prepareCall}
     * @param arguments its arguments, of which the first is the text without the comment
     * @throws SQLException if the connection is closed
     */
    Preparation(Connection connection, Method method, @Nullable Object[] arguments) throws SQLException {
        this.connection = connection;
        this.method = method;
        this.arguments = arguments;
        this.isPlain = arguments.length == 1 && method.getName().equals("prepareStatement");
        this.namespace = Namespace.of(connection);
    }

    /** The text of the statement with a comment; null if it is null, which the driver refuses. */
    @Nullable
    String text(String comment) {
        return arguments[0] instanceof String sql ? SqlComment.addTo(sql, comment) : null;
    }

    PreparedStatement prepare(@Nullable String text) throws Throwable {
        if (isPlain) {
            return connection.prepareStatement(text);
        }
        @Nullable Object[] commented = arguments.clone();
        commented[0] = text;
        return (PreparedStatement) Objects.requireNonNull(JdbcCalls.call(connection, method, commented));
    }

    /** Prepares the statement in the database that the connection had when this object was made. */
    PreparedStatement prepareAgain(@Nullable String text) throws Throwable {
        Namespace present = Namespace.of(connection);
        if (present.equals(namespace)) {
            return prepare(text);
        }
        namespace.applyTo(connection);
        try {
            return prepare(text);
        } finally {
            present.applyTo(connection);
        }
    }
}
