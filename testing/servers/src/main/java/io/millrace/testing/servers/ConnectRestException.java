package io.millrace.testing.servers;

/** Connect's REST interface refused a request, or a connector failed. */
public final class ConnectRestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    ConnectRestException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status; 0 if it is a connector or a task that failed. */
    public int status() {
        return status;
    }
}
