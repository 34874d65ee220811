package io.millrace.payloads;

import java.util.regex.Pattern;

/**
 * The names that {@link PayloadObject#path} gives, below the folders of a location. Nothing else is read, whatever a
 * reference says, so there is no way out with {@code ..} or with encoded characters.
 */
final class ObjectPath {
    private static final String FOLDER = "(?!\\.{1,2}/)[A-Za-z0-9!_.*'()=-]+/";
    private static final Pattern PATH =
            Pattern.compile("(?:" + FOLDER + ")++(?<=/[0-9]{4}-[0-9]{2}-[0-9]{2}/)[0-9a-f]{64}(?:\\.[a-z0-9]{2,4})?");

    private ObjectPath() {}

    /** Whether an object can have this name: folders, of which the last is the day, and a hash. */
    static boolean isValid(String path) {
        return PATH.matcher(path).matches();
    }

    /** Whether a URI leads to an object of the reference's hash and codec. */
    static boolean names(String uri, PayloadReference reference) {
        return uri.endsWith("/" + reference.sha256() + reference.codec().suffix());
    }
}
