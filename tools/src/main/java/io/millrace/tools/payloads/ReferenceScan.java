package io.millrace.tools.payloads;

import io.millrace.payloads.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The references in the parts of one record. A hash in a URI refers to the object of that topic and day. A hash alone may refer to
 * any object with that hash.
 */
final class ReferenceScan {
    private static final int DIGITS = 64;
    /** A topic and a day, with their slashes. */
    private static final int LONGEST_PATH = 1 + 249 + 1 + 10 + 1;

    private static final Pattern PATH = Pattern.compile("/([A-Za-z0-9._-]{1,249}/[0-9]{4}-[0-9]{2}-[0-9]{2}/)$");

    private final Set<String> paths = new HashSet<>();
    private final Set<String> hashes = new HashSet<>();

    /** The name under which references find an object, without the codec's suffix. */
    static String pathOf(StoredObject object) {
        return object.topic() + "/" + object.day() + "/" + object.sha256();
    }

    /** Scans a part of the record. */
    void scanBytes(byte @Nullable [] bytes) {
        if (bytes == null) {
            return;
        }
        HashScan.visitHashes(bytes, (sha256, end) -> {
            hashes.add(sha256);
            int start = end - DIGITS;
            int from = Math.max(0, start - LONGEST_PATH);
            Matcher path = PATH.matcher(new String(bytes, from, start - from, StandardCharsets.ISO_8859_1));
            if (path.find()) {
                paths.add(path.group(1) + sha256);
            }
        });
    }

    /** Whether the record refers to an object. */
    boolean refersTo(StoredObject object) {
        String path = pathOf(object);
        if (paths.contains(path)) {
            return true;
        }
        return hashes.contains(object.sha256())
                && paths.stream().noneMatch(other -> other.endsWith("/" + object.sha256()));
    }

    /** All hashes. */
    Set<String> hashes() {
        return hashes;
    }
}
