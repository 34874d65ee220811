package io.millrace.context;

/**
 * A statement's text and the places at which MySQL's lexer sees something begin and end.
 *
 * @param sql the text
 * @param mode how the session that sent it quotes
 */
record SqlText(String sql, SqlMode mode) {
    /** Instead of an index: the token at this index does not end, or is ambiguous. */
    static final int UNREADABLE = -1;

    private static final long SPECIAL =
            (1L << '\'') | (1L << '"') | (1L << '#') | (1L << '-') | (1L << '/') | (1L << '*') | (1L << ';');

    int length() {
        return sql.length();
    }

    char at(int index) {
        return sql.charAt(index);
    }

    boolean is(char c, int index) {
        return index < sql.length() && sql.charAt(index) == c;
    }

    boolean isSpace(int index) {
        char c = sql.charAt(index);
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** Whether a block comment begins here, which may be a hint, but not {@code /*!}, for what is in that is code. */
    boolean isBlockComment(int index) {
        return is('/', index) && is('*', index + 1) && !is('!', index + 2);
    }

    boolean isHint(int index) {
        return is('+', index + 2);
    }

    /** The index of the mark that closes the block comment that begins here. */
    int closingMark(int index) {
        return sql.indexOf("*/", index + 2);
    }

    /** Whether a comment opens between these indexes. */
    boolean hasOpeningMark(int start, int end) {
        int mark = sql.indexOf("/*", start);
        return mark >= 0 && mark + 2 <= end;
    }

    /** The index of the next character, behind the one here, that may begin or end something. */
    int skipPlain(int index) {
        int at = index + 1;
        while (at < sql.length() && !isSpecial(sql.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpecial(char c) {
        return c < 64 ? ((SPECIAL >>> c) & 1) != 0 : c == '`';
    }

    boolean isVersionComment(int index) {
        return is('/', index) && is('*', index + 1) && is('!', index + 2);
    }

    /** A hash, or two dashes and white space, a control character or the end: {@code 5--3} is a subtraction. */
    boolean isLineComment(int index) {
        if (is('#', index)) {
            return true;
        }
        if (!is('-', index) || !is('-', index + 1)) {
            return false;
        }
        return index + 2 == sql.length() || sql.charAt(index + 2) <= ' ' || sql.charAt(index + 2) == 0x7F;
    }

    /** Two dashes and a character that is white space in some character sets of a connection only. */
    boolean mayBeLineComment(int index) {
        return is('-', index) && is('-', index + 1) && index + 2 < sql.length() && sql.charAt(index + 2) > 0x7F;
    }

    int skipLine(int index) {
        int end = sql.indexOf('\n', index);
        return end < 0 ? sql.length() : end + 1;
    }

    /** The index after the literal or quoted identifier that begins here. */
    int skipQuoted(int index) {
        char quote = sql.charAt(index);
        boolean escapes = mode.escapesIn(quote);
        for (int i = index + 1; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == quote) {
                if (!is(quote, i + 1)) {
                    return i + 1;
                }
                i++;
            } else if (c == '\\' && escapes) {
                i++;
            }
        }
        return UNREADABLE;
    }

    /** Whether the text ends in a closing mark of a comment, but for white space and semicolons. */
    boolean endsInClosingMark() {
        int end = sql.length();
        while (end > 0 && (isSpace(end - 1) || is(';', end - 1))) {
            end--;
        }
        return end >= 4 && is('*', end - 2) && is('/', end - 1);
    }

    @Override
    public String toString() {
        return "SqlText[" + sql.length() + " characters]";
    }
}
