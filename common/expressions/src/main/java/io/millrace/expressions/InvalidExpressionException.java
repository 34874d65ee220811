package io.millrace.expressions;

/**
 * An expression or a list of fields that cannot be used. The message contains the place, the expected and the found;
 * the caller adds the name of the option.
 */
public final class InvalidExpressionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** With the reason, as a phrase that can follow an option's name. */
    public InvalidExpressionException(String message) {
        super(message);
    }
}
