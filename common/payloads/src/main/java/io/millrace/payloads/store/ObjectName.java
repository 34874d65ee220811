package io.millrace.payloads.store;

import java.util.regex.Pattern;

/** The names of {@link io.millrace.payloads.NamedObjects}, which cannot lead out of their location. */
public final class ObjectName {
    private static final Pattern NAME =
            Pattern.compile("(?:(?!\\.{1,2}/)[A-Za-z0-9._-]+/)*+(?!\\.{1,2}$)[A-Za-z0-9._-]+");

    private ObjectName() {}

    /** Whether an object can have this name. */
    public static boolean isValid(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * Checks a name.
     *
     * @return the name
     * @throws IllegalArgumentException if an object cannot have it
     */
    public static String require(String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException(
                    "Expected parts of letters, digits and . _ - with slashes between them, found " + name);
        }
        return name;
    }
}
