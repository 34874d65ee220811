package io.millrace.connectors.projection.database;

/**
 * Whether a server has accepted a login. A login that is refused after that is retried: a password is being changed, or an
 * account is locked for a while. One that is refused at first has a wrong password. Safe for use by many threads.
 */
public final class LoginHistory {
    private volatile boolean accepted;

    /** Records that the server has accepted a login. */
    void markAccepted() {
        accepted = true;
    }

    boolean wasAccepted() {
        return accepted;
    }
}
