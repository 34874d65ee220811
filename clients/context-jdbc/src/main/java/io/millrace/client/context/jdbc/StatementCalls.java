package io.millrace.client.context.jdbc;

import io.millrace.client.context.SqlComment;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The calls of a statement without parameters: each text that it executes or adds to its batch is commented. */
final class StatementCalls extends JdbcCalls<Statement> {
    private final ConnectionCalls connection;
    private final Statement statement;

    StatementCalls(ConnectionCalls connection, Statement statement) {
        super(Statement.class);
        this.connection = connection;
        this.statement = statement;
    }

    @Override
    Statement delegate() {
        return statement;
    }

    @Override
    @Nullable
    Object answer(Method method, @Nullable Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "getConnection" -> connection.proxy();
            case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate", "addBatch" -> {
                commentText(arguments);
                yield wrapResult(callDelegate(method, arguments), proxy());
            }
            default -> wrapResult(callDelegate(method, arguments), proxy());
        };
    }

    /** Comments the text that is the first argument of a call, in this array. Returns whether there is one. */
    static boolean commentText(@Nullable Object[] arguments) {
        if (arguments.length > 0 && arguments[0] instanceof String sql) {
            arguments[0] = SqlComment.addTo(sql);
            return true;
        }
        return false;
    }

    static @Nullable Object wrapResult(@Nullable Object result, Statement statement) {
        return result instanceof ResultSet rows ? new ResultCalls(statement, rows).proxy() : result;
    }
}
