package io.millrace.connectors.projection.database;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a server has accepted a login. A login that is refused after that is retried: a password is being changed, or an
 * account is locked for a while. One that is refused at first has a wrong password. Refused logins are some time apart, because
 * servers lock accounts and hosts that are refused often. Safe for use by many threads.
 */
public final class LoginHistory {
    /** How long to wait after a login was refused. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private boolean accepted;

    @GuardedBy("this")
    private boolean refused;

    @GuardedBy("this")
    private long refusedNanos;

    public LoginHistory() {
        this(System::nanoTime);
    }

    LoginHistory(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Records that the server has accepted a login. */
    synchronized void markAccepted() {
        accepted = true;
        refused = false;
    }

    /** Records that the server has refused a login. */
    synchronized void markRefused() {
        refused = true;
        refusedNanos = nanoTime.getAsLong();
    }

    synchronized boolean wasAccepted() {
        return accepted;
    }

    /** Whether a login that was accepted before was refused less than {@link #PAUSE} ago. */
    synchronized boolean mustWait() {
        return accepted && refused && nanoTime.getAsLong() - refusedNanos < PAUSE.toNanos();
    }
}
