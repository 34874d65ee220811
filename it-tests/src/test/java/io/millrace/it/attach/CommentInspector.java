package io.millrace.it.attach;

// page: hibernate
import org.hibernate.resource.jdbc.spi.StatementInspector;

/** Comments every statement that Hibernate sends. */
public final class CommentInspector implements StatementInspector {
    private static final long serialVersionUID = 1;

    @Override
    public String inspect(String sql) {
        return RequestComment.appendTo(sql);
    }
}
// end
