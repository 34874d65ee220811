package io.millrace.context;

import java.util.List;

/**
 * What MySQL's {@code sql_mode} defines for quotes: the two modes that change the end of a literal.
 *
 * @param backslashEscapes whether a backslash in a string literal escapes the character after it; false under
 *     {@code NO_BACKSLASH_ESCAPES}
 * @param ansiQuotes whether {@code "} encloses an identifier, in which a backslash is a plain character
 */
record SqlMode(boolean backslashEscapes, boolean ansiQuotes) {
    static final String NO_BACKSLASH_ESCAPES = "NO_BACKSLASH_ESCAPES";
    static final String ANSI_QUOTES = "ANSI_QUOTES";
    static final SqlMode DEFAULT = of(List.of());

    /** The mode in which the modes of these names are on and all others off. */
    static SqlMode of(List<String> names) {
        return new SqlMode(!names.contains(NO_BACKSLASH_ESCAPES), names.contains(ANSI_QUOTES));
    }

    /** Whether a backslash escapes between two of these quotes. */
    boolean escapesIn(char quote) {
        return switch (quote) {
            case '\'' -> backslashEscapes;
            case '"' -> backslashEscapes && !ansiQuotes;
            default -> false;
        };
    }
}
