package io.millrace.testing.servers;

/**
 * A child process died, or did not complete a request in time. The message has the last lines of its log, and its path.
 */
public final class ServerFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ServerFailedException(String message) {
        super(message);
    }

    public ServerFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
