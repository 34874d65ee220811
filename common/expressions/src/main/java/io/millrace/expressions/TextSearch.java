package io.millrace.expressions;

import org.jspecify.annotations.Nullable;

/**
 * Finds a text in others. The time grows with the sum of the lengths, not with their product, because both texts may come from a
 * record.
 */
final class TextSearch {
    /** For a part of so few characters Java's search, which compares it at every place, is the fastest. */
    private static final int SHORT = 64;

    private final String part;
    /** For each beginning of a long part, the length of its longest proper beginning that is its end, too. */
    private final int @Nullable [] borders;

    TextSearch(String part) {
        this.part = part;
        this.borders = part.length() <= SHORT ? null : findBorders(part);
    }

    private static int[] findBorders(String part) {
        int[] borders = new int[part.length()];
        for (int i = 1; i < part.length(); i++) {
            borders[i] = extend(part, borders, borders[i - 1], part.charAt(i));
        }
        return borders;
    }

    /** How many characters of the part match, if so many did before the next character. */
    private static int extend(String part, int[] borders, int matched, char next) {
        int length = matched;
        while (length > 0 && (length == part.length() || part.charAt(length) != next)) {
            length = borders[length - 1];
        }
        return part.charAt(length) == next ? length + 1 : length;
    }

    /** The first place of the part from this index on; -1 if there is none. */
    int findFirst(String text, int from) {
        if (borders == null) {
            return text.indexOf(part, from);
        }
        int matched = 0;
        for (int i = from; i < text.length(); i++) {
            matched = extend(part, borders, matched, text.charAt(i));
            if (matched == part.length()) {
                return i + 1 - matched;
            }
        }
        return -1;
    }

    /** The last place of the part that is not after this index; -1 if there is none. */
    int findLast(String text, int last) {
        if (borders == null) {
            return text.lastIndexOf(part, last);
        }
        int found = -1;
        int matched = 0;
        long end = Math.min(text.length(), (long) last + part.length());
        for (int i = 0; i < end; i++) {
            matched = extend(part, borders, matched, text.charAt(i));
            if (matched == part.length()) {
                found = i + 1 - matched;
            }
        }
        return found;
    }
}
