package io.millrace.expressions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Finds characters of a text that stand outside CEL's string literals, names in backticks and brackets, so that a list of expressions can be
 * taken apart before CEL reads them.
 */
public final class TopLevel {
    private TopLevel() {}

    /**
     * The parts of the text between the separators that stand at its top level, stripped; a last empty part is left
     * out.
     *
     * @throws InvalidExpressionException if a literal or a bracket is not closed
     */
    public static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int at = findTopLevel(text, 0, i -> text.charAt(i) == separator);
                at >= 0;
                at = findTopLevel(text, from, i -> text.charAt(i) == separator)) {
            parts.add(text.substring(from, at).strip());
            from = at + 1;
        }
        String last = text.substring(from).strip();
        if (!last.isEmpty()) {
            parts.add(last);
        }
        return parts;
    }

    /** The index of the first such character at the text's top level; -1 if there is none. */
    public static int findFirst(String text, char wanted) {
        return findTopLevel(text, 0, i -> text.charAt(i) == wanted);
    }

    /** The first index at the top level, from the given one on, that the predicate accepts; -1 if there is none. */
    static int findTopLevel(String text, int from, IntPredicate wanted) {
        int depth = 0;
        int i = from;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\'' || c == '"') {
                i = afterLiteral(text, i);
                continue;
            }
            if (c == '`') {
                i = afterName(text, i);
                continue;
            }
            if (depth == 0 && wanted.test(i)) {
                return i;
            }
            if (c == '(' || c == '[' || c == '{') {
                depth++;
            } else if (c == ')' || c == ']' || c == '}') {
                depth--;
                if (depth < 0) {
                    throw new InvalidExpressionException("character " + (i + 1) + ": '" + c + "' closes nothing");
                }
            }
            i++;
        }
        if (depth > 0) {
            throw new InvalidExpressionException("a bracket is not closed");
        }
        return -1;
    }

    private static int afterLiteral(String text, int start) {
        char quote = text.charAt(start);
        String triple = String.valueOf(quote).repeat(3);
        String end = text.startsWith(triple, start) ? triple : String.valueOf(quote);
        boolean raw = isRaw(text, start);
        int i = start + end.length();
        while (i < text.length()) {
            if (text.charAt(i) == '\\' && !raw) {
                i += 2;
            } else if (text.startsWith(end, i)) {
                return i + end.length();
            } else {
                i++;
            }
        }
        throw new InvalidExpressionException("character " + (start + 1) + ": the literal is not closed");
    }

    /** A quoted name; a doubled backtick in it begins the next piece of the same name. */
    private static int afterName(String text, int start) {
        int end = text.indexOf('`', start + 1);
        if (end < 0) {
            throw new InvalidExpressionException("character " + (start + 1) + ": the name in backticks is not closed");
        }
        return end + 1;
    }

    /** A literal behind r, R, br and the like has no escapes. */
    private static boolean isRaw(String text, int start) {
        int i = start;
        while (i > 0 && "rRbB".indexOf(text.charAt(i - 1)) >= 0) {
            i--;
        }
        if (i > 0 && Character.isJavaIdentifierPart(text.charAt(i - 1))) {
            return false;
        }
        return text.substring(i, start).toLowerCase(Locale.ROOT).contains("r");
    }
}
