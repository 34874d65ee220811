package io.millrace.client.context.jdbc;

import java.lang.reflect.Method;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a prepared statement was given: settings, parameters and the rows of its batch, so that another statement can be given the
 * same. Values are kept by reference, as drivers keep them until the statement is executed; dates, which drivers read at once, are
 * copied.
 */
final class StatementState {
    private static final class Call {
        private final Method method;
        private final @Nullable Object[] arguments;

        Call(Method method, @Nullable Object[] arguments) {
            this.method = method;
            this.arguments = arguments;
        }

        void repeat(PreparedStatement statement) throws Throwable {
            JdbcCalls.call(statement, method, arguments);
        }
    }

    private final Map<String, Call> settings = new LinkedHashMap<>();
    private final Map<Object, Call> outParameters = new LinkedHashMap<>();
    private final Map<Object, Call> parameters = new LinkedHashMap<>();
    private final List<List<Call>> rows = new ArrayList<>();

    /** Records a call that succeeded, if it changes the state: a setter of a parameter has at least two arguments. */
    void record(Method method, @Nullable Object[] arguments) {
        String name = method.getName();
        if (name.equals("clearParameters")) {
            parameters.clear();
        } else if (name.equals("registerOutParameter")) {
            outParameters.put(parameter(arguments), new Call(method, arguments));
        } else if (name.startsWith("set") && arguments.length > 1) {
            parameters.put(parameter(arguments), new Call(method, copyDates(arguments)));
        } else if (name.startsWith("set") || name.equals("closeOnCompletion")) {
            settings.put(name, new Call(method, arguments));
        }
    }

    boolean hasRows() {
        return !rows.isEmpty();
    }

    /** Records that the parameters were added to the batch. */
    void addRow() {
        rows.add(List.copyOf(parameters.values()));
    }

    void clearRows() {
        rows.clear();
    }

    /** Gives another statement the same state. */
    void copyTo(PreparedStatement statement) throws Throwable {
        repeat(settings.values(), statement);
        repeat(outParameters.values(), statement);
        for (List<Call> row : rows) {
            repeat(row, statement);
            statement.addBatch();
        }
        if (!rows.isEmpty()) {
            statement.clearParameters();
        }
        repeat(parameters.values(), statement);
    }

    private static void repeat(Iterable<Call> calls, PreparedStatement statement) throws Throwable {
        for (Call call : calls) {
            call.repeat(statement);
        }
    }

    /** A parameter's index or name. */
    private static Object parameter(@Nullable Object[] arguments) {
        return Objects.requireNonNull(arguments[0], "parameter");
    }

    @SuppressWarnings("JavaUtilDate") // The types of JDBC.
    private static @Nullable Object[] copyDates(@Nullable Object[] arguments) {
        @Nullable Object[] copy = arguments;
        for (int i = 1; i < arguments.length; i++) {
            Object value = arguments[i];
            if (value instanceof Date || value instanceof Calendar) {
                copy = copy == arguments ? arguments.clone() : copy;
                copy[i] = value instanceof Date date ? date.clone() : ((Calendar) value).clone();
            }
        }
        return copy;
    }
}
