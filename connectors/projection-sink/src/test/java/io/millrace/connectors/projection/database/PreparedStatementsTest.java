package io.millrace.connectors.projection.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreparedStatementsTest {
    private final List<String> calls = new ArrayList<>();

    @Test
    void closesTheLeastRecentlyUsedBeyondTheirNumber() throws SQLException {
        PreparedStatements statements = new PreparedStatements(2, 1 << 20);
        use(statements, "a");
        use(statements, "b");
        use(statements, "a");
        use(statements, "c");

        assertThat(calls).containsSubsequence("prepare a", "prepare b", "prepare c", "close b");
        assertThat(calls).doesNotContain("close a", "close c");
    }

    @Test
    void closesTheLeastRecentlyUsedBeyondTheirSize() throws SQLException {
        PreparedStatements statements = new PreparedStatements(64, 1_000_000);
        for (int i = 1; i <= 10; i++) {
            use(statements, i + " (" + "?,".repeat(2_000) + ")");
        }

        assertThat(calls.stream().filter(call -> call.startsWith("prepare"))).hasSize(10);
        assertThat(calls.stream().filter(call -> call.startsWith("close")).count())
                .isBetween(5L, 8L);
    }

    @Test
    void keepsTheParametersOfTheLastStatementAlone() throws SQLException {
        PreparedStatements statements = new PreparedStatements(64, 1 << 20);
        use(statements, "a");
        use(statements, "a");
        use(statements, "b");
        assertThat(calls).containsExactly("prepare a", "prepare b", "clear a");

        statements.clearParameters();
        statements.clearParameters();
        assertThat(calls).endsWith("clear a", "clear b");
    }

    private void use(PreparedStatements statements, String sql) throws SQLException {
        assertThat(statements.findOrPrepare(sql, connection(), () -> sql)).isNotNull();
    }

    private Connection connection() {
        return proxy(Connection.class, (method, text) -> {
            calls.add("prepare " + text);
            return statement(text);
        });
    }

    private PreparedStatement statement(String sql) {
        return proxy(PreparedStatement.class, (method, none) -> {
            calls.add((method.equals("close") ? "close " : "clear ") + sql);
            return null;
        });
    }

    private interface Call {
        Object run(String method, String argument);
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == args[0];
                    default -> call.run(method.getName(), args == null ? "" : String.valueOf(args[0]));
                }));
    }
}
