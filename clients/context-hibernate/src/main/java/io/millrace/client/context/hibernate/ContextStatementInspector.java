package io.millrace.client.context.hibernate;

import io.millrace.client.context.SqlComment;
import org.hibernate.resource.jdbc.spi.StatementInspector;
import org.jspecify.annotations.Nullable;

/**
 * Comments each statement that Hibernate prepares with the current request:
 *
 * <pre>
 * hibernate.session_factory.statement_inspector=io.millrace.client.context.hibernate.ContextStatementInspector
 * </pre>
 *
 * Hibernate prepares a statement for each execution, or for each batch of one flush, so the comment is that of the request that
 * executes it. All rows of a batch have the request of its first row. A session that writes for several requests in one batch, such as
 * a {@code StatelessSession} with a batch size, needs {@code io.millrace.client.context.jdbc.ContextDataSource} instead. With both, a
 * statement keeps the comment that Hibernate prepared it with.
 */
public final class ContextStatementInspector implements StatementInspector {
    private static final long serialVersionUID = 1;

    @Override
    public @Nullable String inspect(@Nullable String sql) {
        return sql == null ? null : SqlComment.addTo(sql);
    }
}
