package io.millrace.client.context;

import java.util.function.IntPredicate;

/** Whether texts have only allowed characters: in loops, because each request checks some, and a stream costs more than the check. */
final class AllowedCharacters {
    private AllowedCharacters() {}

    /** Whether each character is allowed. */
    static boolean hasOnly(String text, IntPredicate allowed) {
        return hasOnly(text, 0, text.length(), allowed);
    }

    /** Whether each character between two indexes is allowed. */
    static boolean hasOnly(String text, int from, int to, IntPredicate allowed) {
        for (int at = from; at < to; at++) {
            if (!allowed.test(text.charAt(at))) {
                return false;
            }
        }
        return true;
    }

    static boolean isLowerOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || isDigit(c);
    }

    static boolean isLetterOrDigit(int c) {
        return isLetter(c) || isDigit(c);
    }

    /** Whether it is a letter of ASCII. */
    static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** Whether it is printable ASCII but the space. */
    static boolean isVisible(int c) {
        return c > ' ' && c <= '~';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
