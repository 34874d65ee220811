package io.millrace.tools.cluster;

/** A server does not answer, or refuses to. The message names the server and the reason. */
public final class UnreachableException extends Exception {
    /** With the sentence to print. */
    public UnreachableException(String message) {
        super(message);
    }
}
