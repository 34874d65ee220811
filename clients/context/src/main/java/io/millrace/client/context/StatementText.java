package io.millrace.client.context;

/**
 * The ends of an SQL statement, as far as they show whether and where a comment can be added.
 *
 * <p>Only the ends are read. A text cannot end within a literal, because a literal ends with a quote; so a comment mark at the end
 * is one. A comment behind {@code --} counts as one too, and then the statement gets none.
 */
final class StatementText {
    /** Where a comment is added. */
    enum Place {
        FRONT,
        /** In front of the brace that closes a JDBC escape. */
        ESCAPE,
        NONE
    }

    private final String sql;
    private int start;
    private int end;

    StatementText(String sql) {
        this.sql = sql;
        this.end = sql.length();
    }

    /** The index after the last character that is not white space or a semicolon, after {@link #findPlace}. */
    int end() {
        return end;
    }

    Place findPlace() {
        if (hasLeadingComment() || hasTrailingComment()) {
            return Place.NONE;
        }
        while (end > start && isSpaceOr(';', end - 1)) {
            end--;
        }
        if (start >= end) {
            return Place.NONE;
        }
        if (sql.charAt(start) != '{') {
            return Place.FRONT;
        }
        return sql.charAt(end - 1) == '}' ? Place.ESCAPE : Place.NONE;
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
                if (isSqlcommenter(start + 2, close)) {
                    return true;
                }
                if (sql.startsWith("/*!", start) || sql.startsWith("/*+", start)) {
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
            while (at > start && (isSpaceOr(';', at - 1) || sql.charAt(at - 1) == '}')) {
                at--;
            }
            if (at - 4 < start || !sql.startsWith("*/", at - 2)) {
                return false;
            }
            int open = sql.lastIndexOf("/*", at - 4);
            if (open < start) {
                return false;
            }
            if (isSqlcommenter(open + 2, at - 2)) {
                return true;
            }
            at = open;
        }
    }

    private boolean isSpaceOr(char other, int index) {
        char c = sql.charAt(index);
        return c == ' ' || c == other || (c >= '\t' && c <= '\r');
    }

    /** Whether the text between these indexes is {@code key='value'}, or several of these with commas between them. */
    private boolean isSqlcommenter(int from, int to) {
        int at = from;
        do {
            int equals = sql.indexOf('=', at);
            int quote = equals < 0 || equals >= to ? -1 : skipSpace(equals + 1, to);
            if (quote < 0 || quote >= to || sql.charAt(quote) != '\'' || !isKey(at, equals)) {
                return false;
            }
            at = skipQuoted(quote, to);
            if (at < 0) {
                return false;
            }
            at = skipSpace(at, to);
        } while (at < to && sql.charAt(at++) == ',');
        return at == to;
    }

    private boolean isKey(int from, int to) {
        String key = sql.substring(from, to).strip();
        return !key.isEmpty() && key.chars().noneMatch(c -> c <= ' ' || c == '\'' || c == ',' || c == '\\');
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
