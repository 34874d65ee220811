package io.millrace.local.quickstart;

/** The quickstart did not show the expected result; the message contains the difference. */
public final class QuickstartFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QuickstartFailedException(String message) {
        super(message);
    }
}
