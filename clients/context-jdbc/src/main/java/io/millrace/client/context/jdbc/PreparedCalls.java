package io.millrace.client.context.jdbc;

import io.millrace.client.context.SqlComment;
import java.lang.reflect.Method;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a prepared or callable statement, whose comment is fixed when it is prepared. If it is executed for another request,
 * it is prepared again; see {@link ContextConnections}.
 *
 * <p>Threads: preparing a statement again and executing it are one step under a lock, as is any other call that changes the
 * statement. {@code cancel}, {@code close} and what only reads do not wait for the lock.
 *
 * @param <T> the interface of the statement
 */
final class PreparedCalls<T extends PreparedStatement> extends JdbcCalls<T> {
    private static final String NONE = "";

    private final Class<T> type;
    private final ConnectionCalls connection;
    private final Preparation preparation;
    private final StatementState state = new StatementState();
    private final Lock lock = new ReentrantLock();

    private volatile T statement;
    private volatile boolean isClosed;
    /** The comment of the driver's statement, and the text that it was prepared with. */
    private String comment;

    private @Nullable String text;
    /** The comment of the rows in the batch; none if they belong to different requests, null if there are none. */
    private @Nullable String batchComment;

    PreparedCalls(Class<T> type, ConnectionCalls connection, Preparation preparation) throws Throwable {
        super(type);
        this.type = type;
        this.connection = connection;
        this.preparation = preparation;
        this.comment = SqlComment.current();
        this.text = preparation.text(comment);
        this.statement = type.cast(preparation.prepare(text));
    }

    @Override
    T delegate() {
        return statement;
    }

    @Override
    @Nullable
    Object answer(Method method, @Nullable Object[] arguments) throws Throwable {
        String name = method.getName();
        if (name.equals("getConnection")) {
            return connection.proxy();
        }
        if (name.equals("close")) {
            isClosed = true;
        }
        if (!isChange(name)) {
            return wrapResult(method, arguments);
        }
        lock.lock();
        try {
            return changeState(method, arguments);
        } finally {
            lock.unlock();
        }
    }

    private static boolean isChange(String name) {
        return switch (name) {
            case "addBatch", "clearBatch", "clearParameters", "registerOutParameter", "closeOnCompletion" -> true;
            default -> name.startsWith("set") || name.startsWith("execute");
        };
    }

    private @Nullable Object changeState(Method method, @Nullable Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" -> {
                if (!StatementCalls.commentText(arguments)) {
                    useComment(SqlComment.current());
                    state.recordExecution();
                }
                yield wrapResult(method, arguments);
            }
            case "addBatch" ->
                StatementCalls.commentText(arguments) ? addText(method, arguments) : addRow(method, arguments);
            case "executeBatch", "executeLargeBatch" -> executeBatch(method, arguments);
            case "clearBatch" -> {
                clearBatch();
                yield callDelegate(method, arguments);
            }
            default -> {
                StatementState.copyValues(method, arguments);
                Object result = callStatement(method, arguments);
                state.record(method, arguments);
                yield result;
            }
        };
    }

    private @Nullable Object wrapResult(Method method, @Nullable Object[] arguments) throws Throwable {
        return StatementCalls.wrapResult(callStatement(method, arguments), proxy());
    }

    /** Calls directly what services call for each execution, because reflection costs more than the call. */
    private @Nullable Object callStatement(Method method, @Nullable Object[] arguments) throws Throwable {
        String name = method.getName();
        if (arguments.length == 0) {
            return switch (name) {
                case "executeQuery" -> statement.executeQuery();
                case "executeUpdate" -> statement.executeUpdate();
                default -> callDelegate(method, arguments);
            };
        }
        if (arguments.length == 2 && arguments[0] instanceof Integer index) {
            if (name.equals("setLong") && arguments[1] instanceof Long value) {
                statement.setLong(index, value);
                return null;
            }
            if (name.equals("setString")) {
                statement.setString(index, (String) arguments[1]);
                return null;
            }
        }
        return callDelegate(method, arguments);
    }

    private @Nullable Object addText(Method method, @Nullable Object[] arguments) throws Throwable {
        Object result = callDelegate(method, arguments);
        state.addText(method, arguments);
        return result;
    }

    private @Nullable Object addRow(Method method, @Nullable Object[] arguments) throws Throwable {
        String current = SqlComment.current();
        if (batchComment == null) {
            useComment(current);
        }
        Object result = callDelegate(method, arguments);
        state.addRow(method, arguments);
        batchComment = batchComment == null || batchComment.equals(current) ? current : NONE;
        return result;
    }

    private @Nullable Object executeBatch(Method method, @Nullable Object[] arguments) throws Throwable {
        if (batchComment != null) {
            useComment(batchComment);
        }
        try {
            return callDelegate(method, arguments);
        } finally {
            clearBatch();
        }
    }

    private void clearBatch() {
        state.clearRows();
        batchComment = null;
    }

    /** Prepares the statement with another comment, unless it is closed, which the call that follows reports. */
    private void useComment(String wanted) throws Throwable {
        if (wanted.equals(comment) || isClosed || statement.isClosed()) {
            return;
        }
        @Nullable String wantedText = preparation.text(wanted);
        if (!Objects.equals(wantedText, text)) {
            exchangeStatement(wantedText);
            text = wantedText;
        }
        comment = wanted;
    }

    private void exchangeStatement(@Nullable String wantedText) throws Throwable {
        T former = statement;
        closeResult(former);
        T next = type.cast(preparation.prepareAgain(wantedText));
        try {
            state.copyTo(next);
        } catch (Throwable e) {
            next.close();
            throw e;
        }
        statement = next;
        if (isClosed) {
            next.close();
        }
        former.close();
    }

    /** As each execution does. While a result is streamed, MySQL's server prepares no statement. */
    private static void closeResult(PreparedStatement statement) throws SQLException {
        ResultSet result = statement.getResultSet();
        if (result != null) {
            result.close();
        }
    }
}
