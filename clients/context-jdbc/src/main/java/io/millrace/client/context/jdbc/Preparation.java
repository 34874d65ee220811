package io.millrace.client.context.jdbc;

import io.millrace.client.context.SqlComment;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call that prepares a statement, which can be made again with another comment. */
final class Preparation {
    private final Method method;
    private final @Nullable Object[] arguments;

    /**
     * The call.
     *
     * @param method one of the connection's methods {@code prepareStatement} and {@code prepareCall}
     * @param arguments its arguments, of which the first is the text without the comment
     */
    Preparation(Method method, @Nullable Object[] arguments) {
        this.method = method;
        this.arguments = arguments;
    }

    /** The text of the statement with a comment; null if it is null, which the driver refuses. */
    @Nullable
    String text(String comment) {
        return arguments[0] instanceof String sql ? SqlComment.addTo(sql, comment) : null;
    }

    PreparedStatement prepare(Connection connection, @Nullable String text) throws Throwable {
        @Nullable Object[] commented = arguments.clone();
        commented[0] = text;
        return (PreparedStatement) Objects.requireNonNull(JdbcCalls.call(connection, method, commented));
    }
}
