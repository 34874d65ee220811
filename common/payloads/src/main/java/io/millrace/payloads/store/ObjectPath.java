package io.millrace.payloads.store;

import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.RefusedPayloadException;
import io.millrace.payloads.StoredObject;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that {@link PayloadObject#path} gives, below the folders of a location. Other names are never read,
 * whatever a reference contains, so a reference cannot leave the location with {@code ..} or with encoded characters.
 */
public final class ObjectPath {
    private static final String FOLDER = "(?!\\.{1,2}/)[A-Za-z0-9!_.*'()=-]+/";
    private static final Pattern PATH =
            Pattern.compile("(?:" + FOLDER + ")++(?<=/[0-9]{4}-[0-9]{2}-[0-9]{2}/)[0-9a-f]{64}(?:\\.[a-z0-9]{2,4})?");

    private static final Pattern OBJECT =
            Pattern.compile("([A-Za-z0-9._-]{1,249})/([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9a-f]{64})(?:\\.[a-z0-9]{2,4})?");

    private ObjectPath() {}

    /** Whether an object can have this name: folders, of which the last is the day, and a hash. */
    public static boolean isValid(String path) {
        return PATH.matcher(path).matches();
    }

    /**
     * Checks that a reference's URI leads to an object of its hash and codec, so that what another one refers to is not even
     * read.
     *
     * @throws RefusedPayloadException if it does not
     */
    public static void requireNames(PayloadReference reference) {
        if (!reference
                .uri()
                .endsWith("/" + reference.sha256() + reference.codec().suffix())) {
            throw new RefusedPayloadException(reference.uri() + " is not the object of a payload of SHA-256 "
                    + reference.sha256() + " and codec " + reference.codec());
        }
    }

    /** Parses an object's name below the location; empty if it is not one of {@link PayloadObject#path}. */
    public static Optional<StoredObject> parse(String location, String path, long bytes, Instant modified) {
        Matcher matcher = OBJECT.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        LocalDate day;
        try {
            day = LocalDate.parse(matcher.group(2));
        } catch (DateTimeParseException e) {
            // There is no such day, so no payload was stored on it.
            return Optional.empty();
        }
        return Optional.of(
                new StoredObject(location + "/" + path, matcher.group(1), day, matcher.group(3), bytes, modified));
    }
}
