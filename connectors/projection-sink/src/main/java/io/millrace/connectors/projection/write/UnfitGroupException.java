package io.millrace.connectors.projection.write;

import java.sql.SQLDataException;

/** What a record makes of a group cannot be used; to be treated as if the database had refused it. Its text is safe. */
final class UnfitGroupException extends SQLDataException {
    private static final long serialVersionUID = 1L;

    UnfitGroupException(String reason) {
        super(reason, "22000");
    }
}
