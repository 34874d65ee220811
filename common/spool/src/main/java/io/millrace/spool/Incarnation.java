package io.millrace.spool;

import java.util.regex.Pattern;

/**
 * One run of a producer. Its objects have an order; those of different runs have none.
 *
 * @param writer the name that the producer was configured with: 1 to 100 letters, digits and {@code . _ -}
 * @param id 32 hexadecimal digits: the time of the start, then random ones
 */
public record Incarnation(String writer, String id) implements Comparable<Incarnation> {
    private static final Pattern WRITER = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    public Incarnation {
        if (!isWriter(writer) || !ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "Expected a writer's name and 32 hexadecimal digits, found " + writer + " and " + id);
        }
    }

    /** Whether a producer can have this name. */
    public static boolean isWriter(String name) {
        return WRITER.matcher(name).matches();
    }

    @Override
    public int compareTo(Incarnation other) {
        int writers = writer.compareTo(other.writer);
        return writers != 0 ? writers : id.compareTo(other.id);
    }

    @Override
    public String toString() {
        return writer + "/" + id;
    }
}
