package io.millrace.client.context.jdbc;

import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The calls of a result set: it leads back to the statement that comments. */
final class ResultCalls extends JdbcCalls<ResultSet> {
    private final Statement statement;
    private final ResultSet result;

    ResultCalls(Statement statement, ResultSet result) {
        super(ResultSet.class);
        this.statement = statement;
        this.result = result;
    }

    @Override
    ResultSet delegate() {
        return result;
    }

    /** Calls directly what services call for each row, because reflection costs more than the call. */
    @Override
    @Nullable
    Object answer(Method method, @Nullable Object[] arguments) throws Throwable {
        boolean isByIndex = arguments.length == 1 && arguments[0] instanceof Integer;
        return switch (method.getName()) {
            case "getStatement" -> statement;
            case "next" -> result.next();
            case "getInt" -> isByIndex ? result.getInt((int) arguments[0]) : callDelegate(method, arguments);
            case "getLong" -> isByIndex ? result.getLong((int) arguments[0]) : callDelegate(method, arguments);
            case "getString" -> isByIndex ? result.getString((int) arguments[0]) : callDelegate(method, arguments);
            case "getObject" -> isByIndex ? result.getObject((int) arguments[0]) : callDelegate(method, arguments);
            default -> callDelegate(method, arguments);
        };
    }
}
