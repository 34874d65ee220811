package io.millrace.client.context.jdbc;

import java.lang.reflect.Method;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a prepared statement was given: settings, parameters and the rows of its batch, so that another statement can be given the
 * same. Values are kept by reference, as drivers keep them until the statement is executed. PostgreSQL's driver reads dates and byte
 * arrays at once, and MySQL's when the statement is executed. The driver is given a copy, so that each sends what was set.
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
    /** The parameters that were not set since an execution. */
    private final Set<Object> usedParameters = new HashSet<>();

    private final List<List<Call>> rows = new ArrayList<>();

    /** Records a call that succeeded, if it changes the state. */
    void record(Method method, @Nullable Object[] arguments) {
        String name = method.getName();
        if (name.equals("clearParameters")) {
            parameters.clear();
            usedParameters.clear();
        } else if (name.equals("registerOutParameter")) {
            outParameters.put(parameter(arguments), new Call(method, arguments));
        } else if (isSetter(method)) {
            parameters.put(parameter(arguments), new Call(method, arguments));
            usedParameters.remove(parameter(arguments));
        } else if (name.startsWith("set") || name.equals("closeOnCompletion")) {
            settings.put(name, new Call(method, arguments));
        }
    }

    /** Records a call that added the parameters to the batch. */
    void addRow(Method method, @Nullable Object[] arguments) {
        List<Call> row = new ArrayList<>(parameters.values());
        row.add(new Call(method, arguments));
        rows.add(row);
    }

    /** Records a call that added a text to the batch. */
    void addText(Method method, @Nullable Object[] arguments) {
        rows.add(List.of(new Call(method, arguments)));
    }

    void clearRows() {
        rows.clear();
    }

    /** Records an execution with the parameters. */
    void recordExecution() {
        if (!outParameters.isEmpty()) {
            usedParameters.addAll(parameters.keySet());
        }
    }

    /**
     * Gives another statement the same state.
     *
     * @throws SQLException if a parameter may be an INOUT parameter that was not set since an execution
     */
    void copyTo(PreparedStatement statement) throws Throwable {
        requireSetInOutParameters();
        repeat(settings.values(), statement);
        repeat(outParameters.values(), statement);
        for (List<Call> row : rows) {
            repeat(row, statement);
        }
        if (!rows.isEmpty()) {
            statement.clearParameters();
        }
        repeat(parameters.values(), statement);
    }

    /** What such a parameter has as its next value, its last one or the procedure's result, depends on the driver. */
    private void requireSetInOutParameters() throws SQLException {
        for (Object parameter : usedParameters) {
            if (outParameters.keySet().stream().anyMatch(out -> canBeSame(out, parameter))) {
                throw new SQLException(
                        "The INOUT parameter " + parameter + " was not set since the last execution. A statement"
                                + " that is executed for another request is prepared again, without the result of the last execution;"
                                + " set the parameter before each execution");
            }
        }
    }

    /** Whether two parameters can be the same: the index that belongs to a name is not available here. */
    private static boolean canBeSame(Object one, Object other) {
        return one.equals(other) || one.getClass() != other.getClass();
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

    /** Replaces the dates and byte arrays in a setter's arguments by copies, which the service cannot change. */
    @SuppressWarnings("JavaUtilDate") // The types of JDBC.
    static void copyValues(Method method, @Nullable Object[] arguments) {
        if (isSetter(method)) {
            for (int i = 1; i < arguments.length; i++) {
                if (arguments[i] instanceof Date date) {
                    arguments[i] = date.clone();
                } else if (arguments[i] instanceof Calendar calendar) {
                    arguments[i] = calendar.clone();
                } else if (arguments[i] instanceof byte[] bytes) {
                    arguments[i] = bytes.clone();
                }
            }
        }
    }

    /** Whether the call sets a parameter: it has at least two arguments. */
    private static boolean isSetter(Method method) {
        return method.getName().startsWith("set") && method.getParameterCount() > 1;
    }
}
