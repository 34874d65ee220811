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

    @Override
    @Nullable
    Object answer(Method method, @Nullable Object[] arguments) throws Throwable {
        return method.getName().equals("getStatement") ? statement : callDelegate(method, arguments);
    }
}
