package io.millrace.client.context.jdbc;

import io.millrace.client.context.SqlComment;
import java.lang.reflect.Method;
import java.sql.PreparedStatement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a prepared or callable statement, whose comment is fixed when it is prepared. If it is executed for another request,
 * it is prepared again; see {@link ContextConnections}.
 *
 * @param <T> the interface of the statement
 */
final class PreparedCalls<T extends PreparedStatement> extends JdbcCalls<T> {
    private static final String NONE = "";

    private final Class<T> type;
    private final ConnectionCalls connection;
    private final Preparation preparation;
    private final StatementState state = new StatementState();

    private T statement;
    /** The comment of the driver's statement, and the text that it was prepared with. */
    private String comment;

    private @Nullable String text;
    /** The comment of the rows in the batch; none if they belong to different requests. */
    private String batchComment = NONE;

    PreparedCalls(Class<T> type, ConnectionCalls connection, Preparation preparation) throws Throwable {
        super(type);
        this.type = type;
        this.connection = connection;
        this.preparation = preparation;
        this.comment = SqlComment.current();
        this.text = preparation.text(comment);
        this.statement = type.cast(preparation.prepare(connection.delegate(), text));
    }

    @Override
    T delegate() {
        return statement;
    }

    @Override
    @Nullable
    Object answer(Method method, @Nullable Object[] arguments) throws Throwable {
        boolean withText = arguments.length > 0 && arguments[0] instanceof String;
        return switch (method.getName()) {
            case "getConnection" -> connection.proxy();
            case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" -> {
                if (!withText) {
                    useComment(SqlComment.current());
                }
                yield wrapResult(method, arguments);
            }
            case "addBatch" -> withText ? callDelegate(method, arguments) : addRow(method, arguments);
            case "executeBatch", "executeLargeBatch" -> executeRows(method, arguments);
            case "clearBatch" -> {
                state.clearRows();
                yield callDelegate(method, arguments);
            }
            default -> {
                Object result = wrapResult(method, arguments);
                state.record(method, arguments);
                yield result;
            }
        };
    }

    private @Nullable Object wrapResult(Method method, @Nullable Object[] arguments) throws Throwable {
        return StatementCalls.wrapResult(callDelegate(method, arguments), proxy());
    }

    private @Nullable Object addRow(Method method, @Nullable Object[] arguments) throws Throwable {
        String current = SqlComment.current();
        if (!state.hasRows()) {
            useComment(current);
            batchComment = current;
        } else if (!current.equals(batchComment)) {
            batchComment = NONE;
        }
        Object result = callDelegate(method, arguments);
        state.addRow();
        return result;
    }

    private @Nullable Object executeRows(Method method, @Nullable Object[] arguments) throws Throwable {
        if (state.hasRows()) {
            useComment(batchComment);
        }
        try {
            return callDelegate(method, arguments);
        } finally {
            state.clearRows();
        }
    }

    /** Prepares the statement with another comment, unless it is closed, which the call that follows reports. */
    private void useComment(String wanted) throws Throwable {
        if (wanted.equals(comment) || statement.isClosed()) {
            return;
        }
        @Nullable String wantedText = preparation.text(wanted);
        if (!Objects.equals(wantedText, text)) {
            T former = statement;
            T next = type.cast(preparation.prepare(connection.delegate(), wantedText));
            try {
                state.copyTo(next);
            } catch (Throwable e) {
                next.close();
                throw e;
            }
            statement = next;
            text = wantedText;
            comment = wanted;
            former.close();
        }
        comment = wanted;
    }
}
