package io.millrace.connectors.channel.token;

/** A token that is not accepted. The message has the reason, and nothing of the token. */
public final class RefusedTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedTokenException(String reason) {
        super(reason);
    }
}
