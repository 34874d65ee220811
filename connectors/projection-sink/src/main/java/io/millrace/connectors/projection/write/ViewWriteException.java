package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;

/** The database refused to write a view. */
public final class ViewWriteException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient View view;

    public ViewWriteException(View view, SQLException cause) {
        super("Writing " + view + " failed", cause);
        this.view = view;
    }

    public View view() {
        return view;
    }

    public SQLException sql() {
        return (SQLException) getCause();
    }
}
