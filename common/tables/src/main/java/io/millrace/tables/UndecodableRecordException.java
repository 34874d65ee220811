package io.millrace.tables;

/** A {@link KeyFormat} or {@link ValueFormat} cannot read a record. Its message is shown, so it must not contain a value. */
public final class UndecodableRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UndecodableRecordException(String message) {
        super(message);
    }
}
