package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.database.SafeDataException;

/** A record makes a group whose completion cannot be computed. Treated as if the database had refused it; its text is safe. */
final class UnfitGroupException extends SafeDataException {
    private static final long serialVersionUID = 1L;

    UnfitGroupException(String reason) {
        super(reason);
    }
}
