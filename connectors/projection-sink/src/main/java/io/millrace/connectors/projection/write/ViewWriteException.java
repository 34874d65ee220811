package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;

/** The database refused to write a view. */
final class ViewWriteException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient View view;
    private final SQLException sql;

    ViewWriteException(View view, SQLException cause) {
        super("Writing " + view + " failed", cause);
        this.view = view;
        this.sql = cause;
    }

    View view() {
        return view;
    }

    SQLException sql() {
        return sql;
    }
}
