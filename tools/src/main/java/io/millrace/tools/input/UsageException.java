package io.millrace.tools.input;

/** What the command was given cannot be worked with: an argument, a file, a configuration. The message says it all. */
public final class UsageException extends RuntimeException {
    /** With the sentence to print. */
    public UsageException(String message) {
        super(message);
    }

    /** With the sentence to print, and what it was made of. */
    public UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
