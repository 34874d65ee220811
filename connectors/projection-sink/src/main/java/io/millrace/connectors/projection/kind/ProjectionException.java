package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.table.View;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** A record cannot be projected. The message names the place, and never a value. */
public final class ProjectionException extends DataException {
    private static final long serialVersionUID = 1L;

    private final String projection;
    private final transient View view;
    private final @Nullable String column;

    private ProjectionException(
            String projection, View view, @Nullable String column, String message, @Nullable Throwable cause) {
        super("Projection " + projection + message, cause);
        this.projection = projection;
        this.view = view;
        this.column = column;
    }

    public static ProjectionException ofColumn(
            String projection, View view, String column, @Nullable String reason, @Nullable Throwable cause) {
        return new ProjectionException(projection, view, column, ", column " + column + ": " + reason, cause);
    }

    public static ProjectionException ofOption(
            String projection, View view, String option, @Nullable String reason, @Nullable Throwable cause) {
        return new ProjectionException(projection, view, null, ", option " + option + ": " + reason, cause);
    }

    public String projection() {
        return projection;
    }

    public View view() {
        return view;
    }

    /** The column; null if no column is to blame. */
    public @Nullable String column() {
        return column;
    }
}
