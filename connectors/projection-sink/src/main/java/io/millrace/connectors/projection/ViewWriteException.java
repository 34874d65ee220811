package io.millrace.connectors.projection;

import java.sql.SQLException;

/** The database refused to write a view. */
final class ViewWriteException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient View view;

    ViewWriteException(View view, SQLException cause) {
        super("Writing " + view + " failed", cause);
        this.view = view;
    }

    View view() {
        return view;
    }

    SQLException sql() {
        return (SQLException) getCause();
    }
}
