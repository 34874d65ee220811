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

    /**
     * Checks that a reference's URI leads to an object of its hash and codec, so that what another one refers to is not even
     * read.
     *
     * @throws RefusedPayloadException where it does not
     */
    static void requireNames(PayloadReference reference) {
        if (!reference
                .uri()
                .endsWith("/" + reference.sha256() + reference.codec().suffix())) {
            throw new RefusedPayloadException(reference.uri() + " is not the object of a payload of SHA-256 "
                    + reference.sha256() + " and codec " + reference.codec());
        }
    }
}
