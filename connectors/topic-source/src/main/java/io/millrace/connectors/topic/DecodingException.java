package io.millrace.connectors.topic;

/** A part of a record cannot be decoded. The message contains no bytes of it, and neither the message of the converter. */
final class DecodingException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean isTransient;

    DecodingException(String part, String converter, Throwable cause, boolean isTransient) {
        super("expected a " + part + " that " + converter + " can decode, found one for which it throws "
                + describe(cause));
        this.isTransient = isTransient;
    }

    /** Whether the record may be decoded later. */
    boolean isTransient() {
        return isTransient;
    }

    /** The classes of the failures: their messages often contain the value. */
    private static String describe(Throwable cause) {
        StringBuilder text = new StringBuilder(cause.getClass().getSimpleName());
        for (Throwable next = cause.getCause(); next != null && text.length() < 500; next = next.getCause()) {
            text.append(", caused by ").append(next.getClass().getSimpleName());
        }
        return text.toString();
    }
}
