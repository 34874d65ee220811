package io.millrace.tables;

/** A table cannot answer: it is not complete yet, too old, has failed or was closed. The message has the reason. */
public final class TableUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final TableState state;

    TableUnavailableException(TableState state, String message) {
        super(message);
        this.state = state;
    }

    /** The state of the table; while it is {@link TableState#LOADING} a later read may be answered. */
    public TableState state() {
        return state;
    }
}
