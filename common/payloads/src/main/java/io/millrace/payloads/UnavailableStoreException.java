package io.millrace.payloads;

/** A store does not do now what it may do later: it is down, slow, throttles, or refuses the credentials. */
public final class UnavailableStoreException extends PayloadException {
    private static final long serialVersionUID = 1L;

    public UnavailableStoreException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}
