package io.millrace.payloads;

import org.jspecify.annotations.Nullable;

/** A store is temporarily unavailable: it is down, slow, throttles, or refuses the credentials. */
public final class UnavailableStoreException extends PayloadException {
    private static final long serialVersionUID = 1L;

    public UnavailableStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}
