package io.millrace.connectors.projection.kind.rows;

import io.millrace.connectors.projection.database.SafeDataException;

/** A record leaves a column unchanged that a new row must have a value for. */
final class IncompleteRowException extends SafeDataException {
    private static final long serialVersionUID = 1L;

    IncompleteRowException(String columns) {
        super("expected a value for " + columns + " of a new row, found a record that leaves the column unchanged");
    }
}
