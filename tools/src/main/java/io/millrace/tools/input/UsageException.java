package io.millrace.tools.input;

/** An input of the command is invalid: an argument, a file, a configuration. The message is complete. */
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
