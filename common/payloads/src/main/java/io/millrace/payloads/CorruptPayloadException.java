package io.millrace.payloads;

/** The stored bytes do not match the reference: another size, another hash, or not in its codec's format. */
public final class CorruptPayloadException extends PayloadException {
    private static final long serialVersionUID = 1L;

    public CorruptPayloadException(String message) {
        super(message);
    }

    public CorruptPayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}
