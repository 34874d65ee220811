package io.millrace.connectors.projection.write;

/** A payload store was not available, so nothing of the batch is written; the record is not to blame. */
final class UnavailablePayloadsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnavailablePayloadsException(Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
