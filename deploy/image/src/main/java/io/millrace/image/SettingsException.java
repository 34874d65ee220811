package io.millrace.image;

/** The environment lacks a variable or has one that is wrong; the message names it and says what to do, in a sentence. */
final class SettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    SettingsException(String message) {
        super(message);
    }
}
