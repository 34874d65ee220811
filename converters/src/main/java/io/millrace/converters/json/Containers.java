package io.millrace.converters.json;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes collections as arrays; maps as objects, or as arrays of pairs if their keys are not strings. */
final class Containers {
    private Containers() {}

    static void writeArray(JsonOutput out, Collection<?> collection, PartWriter elements)
            throws UnsupportedJsonException {
        char mark = '[';
        for (Object element : collection) {
            out.write(mark);
            elements.write(out, element);
            mark = ',';
        }
        close(out, mark, '[', ']');
    }

    /**
     * Writes an object.
     *
     * @throws UnsupportedJsonException if a key is not a {@code String}, or two keys have the same text
     */
    static void writeObject(JsonOutput out, Map<?, ?> map, PartWriter values) throws UnsupportedJsonException {
        requireDistinctKeys(map);
        char mark = '{';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw new UnsupportedJsonException();
            }
            out.write(mark);
            out.writeText(key);
            out.write(':');
            values.write(out, entry.getValue());
            mark = ',';
        }
        close(out, mark, '{', '}');
    }

    /** Only unusual maps may have equal keys, for example one that compares them by identity. */
    private static void requireDistinctKeys(Map<?, ?> map) throws UnsupportedJsonException {
        Class<?> type = map.getClass();
        if (type != HashMap.class && type != LinkedHashMap.class && new HashSet<>(map.keySet()).size() != map.size()) {
            throw new UnsupportedJsonException();
        }
    }

    /** Writes an array with an array of each key and its value. */
    static void writePairs(JsonOutput out, Map<?, ?> map, PartWriter keys, PartWriter values)
            throws UnsupportedJsonException {
        char mark = '[';
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.write(mark);
            out.write('[');
            keys.write(out, entry.getKey());
            out.write(',');
            values.write(out, entry.getValue());
            out.write(']');
            mark = ',';
        }
        close(out, mark, '[', ']');
    }

    /** The opening is written with the first part, so it is missing if there is none. */
    private static void close(JsonOutput out, char mark, char opening, char closing) throws UnsupportedJsonException {
        if (mark == opening) {
            out.write(opening);
        }
        out.write(closing);
    }
}
