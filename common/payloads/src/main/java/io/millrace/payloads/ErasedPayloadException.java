package io.millrace.payloads;

/** A payload was erased on purpose: a {@link ErasureMarker marker} is in its place. */
public final class ErasedPayloadException extends PayloadException {
    private static final long serialVersionUID = 1L;

    public ErasedPayloadException(String message) {
        super(message);
    }
}
