package io.millrace.it.attach;

// page: jooq
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;

/** Comments every statement that jOOQ sends. */
public final class CommentListener implements ExecuteListener {
    private static final long serialVersionUID = 1;

    @Override
    public void renderEnd(ExecuteContext context) {
        if (context.sql() != null) {
            context.sql(RequestComment.appendTo(context.sql()));
        }
    }
}
// end
