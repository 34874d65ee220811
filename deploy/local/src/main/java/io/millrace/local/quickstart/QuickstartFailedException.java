package io.millrace.local.quickstart;

/** The quickstart did not show what it promises; the message says what differs. */
public final class QuickstartFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QuickstartFailedException(String message) {
        super(message);
    }
}
