package io.millrace.connectors.projection.write;

/** Not a failure: the owner closed the writer while it waited. */
final class ClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClosedException(String reason) {
        super("Closed while waiting: " + reason);
    }
}
