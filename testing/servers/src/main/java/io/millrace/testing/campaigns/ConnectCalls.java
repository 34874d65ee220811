package io.millrace.testing.campaigns;

import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import java.io.IOException;
import java.time.Duration;

/**
 * Calls the workers of a group through REST while servers are struck.
 *
 * @param group the workers
 */
public record ConnectCalls(ConnectGroup group) {
    private static final Duration TIME_TO_ANSWER = Duration.ofMinutes(3);
    private static final int REFUSED = 400;

    /** A call that may be made again. */
    public interface Call {
        /** Returns anything. */
        Object on(ConnectRest rest) throws IOException;
    }

    /**
     * Makes the call, and makes it again while the workers find each other, and while a server that a configuration is checked against
     * starts. Restarts the workers if they refuse all changes for too long.
     *
     * @param what the call does, for the message
     * @throws IllegalStateException if the call is refused, or is not answered within three minutes, and three more after a restart
     */
    public void make(String what, Call call) {
        long deadline = System.nanoTime() + TIME_TO_ANSWER.toNanos();
        long patience = deadline - TIME_TO_ANSWER.toNanos() / 2;
        boolean restarted = false;
        while (true) {
            try {
                call.on(group.rest());
                return;
            } catch (IOException | ConnectRestException | IllegalStateException e) {
                if (isFinal(e) || System.nanoTime() > deadline) {
                    throw new IllegalStateException("The connector could not be changed: " + what, e);
                }
                if (!restarted && System.nanoTime() > patience && isWithoutPrivileges(e)) {
                    group.workers().forEach(group::killAndRestart);
                    group.awaitWorkers();
                    deadline = System.nanoTime() + TIME_TO_ANSWER.toNanos();
                    restarted = true;
                }
            }
            pauseBriefly();
        }
    }

    /** Connect's leader may not claim the right to write again after its workers have lost each other. */
    private static boolean isWithoutPrivileges(Exception e) {
        return String.valueOf(e.getMessage()).contains("without claiming write privileges");
    }

    private static boolean isFinal(Exception e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof ConnectRestException refusal
                && refusal.status() == REFUSED
                // A worker that has not read yet that the connector is stopped answers with the same status.
                && !message.contains("STOPPED state")
                && !message.contains("brokers cannot be used")
                && !message.contains("spool cannot be listed");
    }

    private static void pauseBriefly() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while Connect was called", e);
        }
    }
}
