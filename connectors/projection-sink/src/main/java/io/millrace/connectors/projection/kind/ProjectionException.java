package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.table.View;
import org.apache.kafka.connect.errors.DataException;

/** A record cannot be projected. The message names the place, and never a value. */
public final class ProjectionException extends DataException {
    private static final long serialVersionUID = 1L;

    private final String projection;
    private final transient View view;
    private final String column;

    private ProjectionException(String projection, View view, String column, String message, Throwable cause) {
        super("Projection " + projection + message, cause);
        this.projection = projection;
        this.view = view;
        this.column = column;
    }

    static ProjectionException ofColumn(String projection, View view, String column, String reason, Throwable cause) {
        return new ProjectionException(projection, view, column, ", column " + column + ": " + reason, cause);
    }

    static ProjectionException ofOption(String projection, View view, String option, String reason, Throwable cause) {
        return new ProjectionException(projection, view, null, ", option " + option + ": " + reason, cause);
    }

    public String projection() {
        return projection;
    }

    public View view() {
        return view;
    }

    /** The column; null where it is none's fault. */
    public String column() {
        return column;
    }
}
