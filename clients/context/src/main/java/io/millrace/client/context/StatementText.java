package io.millrace.client.context;

/**
 * The ends of an SQL statement, as far as they show whether and where a comment can be added.
 *
 * <p>Only the ends are read. A text cannot end within a literal, because a literal ends with a quote; so a comment mark at the end
 * is one. A comment behind {@code --} counts as one too, and then the statement gets none.
 */
final class StatementText {
    /** Instead of an index: the statement gets no comment. */
    static final int NOWHERE = -1;

    private final String sql;
    private final String comment;
    private int start;
    private boolean isEscape;

    /**
     * A statement that a comment can be added to.
     *
     * @param comment the comment, which decides whether one that the statement has is of a request too
     */
    StatementText(String sql, String comment) {
        this.sql = sql;
        this.comment = comment;
    }

    /**
     * The index at which the comment can be added: 0; behind a hint in front of the statement; or in a JDBC escape that of the
     * parenthesis, or else of the brace, that closes it.
     */
    int findPlace() {
        if (hasLeadingComment() || start == sql.length()) {
            return NOWHERE;
        }
        isEscape = sql.charAt(start) == '{';
        if (hasTrailingComment()) {
            return NOWHERE;
        }
        int end = skipBack(sql.length(), ';');
        if (!isEscape) {
            int place = skipHint();
            return end > Math.max(start, place) ? place : NOWHERE;
        }
        if (sql.charAt(end - 1) != '}') {
            return NOWHERE;
        }
        int last = skipBack(end - 1, ' ');
        return last > start && sql.charAt(last - 1) == ')' ? last - 1 : end - 1;
    }

    /** The index after the last character in front of this index that is neither white space nor the other one. */
    private int skipBack(int from, char other) {
        int at = from;
        while (at > start && isSpaceOr(other, at - 1)) {
            at--;
        }
        return at;
    }

    /** The index after the hint that the text begins with, which pg_hint_plan reads only in the first comment; 0 if there is none. */
    private int skipHint() {
        int hint = skipSpace(0, sql.length());
        int close = sql.startsWith("/*+", hint) ? sql.indexOf("*/", hint + 3) : -1;
        return close < 0 ? 0 : close + 2;
    }

    /** Also moves {@link #start} behind the white space and comments in front of the statement. */
    private boolean hasLeadingComment() {
        while (start < sql.length()) {
            if (isSpaceOr(' ', start)) {
                start++;
            } else if (sql.startsWith("--", start) || sql.charAt(start) == '#') {
                int line = sql.indexOf('\n', start);
                start = line < 0 ? sql.length() : line + 1;
            } else if (sql.startsWith("/*", start)) {
                int close = sql.indexOf("*/", start + 2);
                if (close < 0) {
                    return false;
                }
                if (isOfRequest(start + 2, close)) {
                    return true;
                }
                if (sql.startsWith("/*!", start)) {
                    return false;
                }
                start = close + 2;
            } else {
                return false;
            }
        }
        return false;
    }

    private boolean hasTrailingComment() {
        int at = sql.length();
        while (true) {
            while (at > start && (isSpaceOr(';', at - 1) || (isEscape && "})".indexOf(sql.charAt(at - 1)) >= 0))) {
                at--;
            }
            if (at - 4 < start || !sql.startsWith("*/", at - 2)) {
                return false;
            }
            int open = sql.lastIndexOf("/*", at - 4);
            if (open < start) {
                return false;
            }
            if (isOfRequest(open + 2, at - 2)) {
                return true;
            }
            at = open;
        }
    }

    private boolean isSpaceOr(char other, int index) {
        char c = sql.charAt(index);
        return c == ' ' || c == other || (c >= '\t' && c <= '\r');
    }

    /**
     * Whether the text between these indexes is {@code key='value'}, or several of these with commas between them, with a key of the
     * request. Other keys are those of other libraries.
     */
    private boolean isOfRequest(int from, int to) {
        boolean hasKeyOfRequest = false;
        int at = from;
        do {
            int equals = sql.indexOf('=', at);
            int quote = equals < 0 || equals >= to ? -1 : skipSpace(equals + 1, to);
            if (quote < 0 || quote >= to || sql.charAt(quote) != '\'') {
                return false;
            }
            String key = sql.substring(at, equals).strip();
            at = skipQuoted(quote, to);
            if (at < 0 || !isKey(key)) {
                return false;
            }
            hasKeyOfRequest |= isKeyOfRequest(key);
            at = skipSpace(at, to);
        } while (at < to && sql.charAt(at++) == ',');
        return at == to && hasKeyOfRequest;
    }

    private static boolean isKey(String text) {
        return !text.isEmpty() && text.chars().noneMatch(c -> c <= ' ' || c == '\'' || c == ',' || c == '\\');
    }

    /** Whether the key is one of every request's, or of the comment that is to be added. */
    private boolean isKeyOfRequest(String key) {
        return ContextKeys.STANDARD.contains(key)
                || comment.contains("/*" + key + "='")
                || comment.contains("," + key + "='");
    }

    private int skipSpace(int from, int to) {
        int at = from;
        while (at < to && isSpaceOr(' ', at)) {
            at++;
        }
        return at;
    }

    /** The index after the quoted text that begins here; negative if it does not end. */
    private int skipQuoted(int from, int to) {
        for (int at = from + 1; at < to; at++) {
            char c = sql.charAt(at);
            if (c == '\'') {
                return at + 1;
            }
            if (c == '\\') {
                at++;
            }
        }
        return -1;
    }
}
