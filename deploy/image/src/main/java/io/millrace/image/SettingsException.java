package io.millrace.image;

/** An environment variable is missing or invalid. The message contains its name and what to do. */
final class SettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    SettingsException(String message) {
        super(message);
    }
}
