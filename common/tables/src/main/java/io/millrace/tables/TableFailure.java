package io.millrace.tables;

/** Why a table cannot be loaded, ever. */
final class TableFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TableFailure(String message) {
        super(message);
    }
}
