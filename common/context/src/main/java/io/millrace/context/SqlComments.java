package io.millrace.context;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The block comments at the two ends of an SQL statement: those in front of its first token and those after its last.
 *
 * <p>The statement is read as MySQL's lexer reads it. String literals, quoted identifiers and line comments ({@code #},
 * or {@code --} in front of white space or a control character) hide what is in them; {@code /*!} opens code, not a
 * comment; {@code /*+} is a hint. Comments between tokens are not context, and neither is anything in a statement
 * that ends within a literal or a comment.
 *
 * <ul>
 *   <li>Leading comments may have white space and line comments round them. No literal precedes them, so they are read
 *       alike in every {@link SqlMode}.
 *   <li>Trailing comments are the run of block comments, with only white space and {@code ;} between and behind them,
 *       with which the text ends. None of them has another {@code /*} inside; one that has counts as code.
 * </ul>
 *
 * <p>So no value can smuggle in a comment, or hide one, in a statement that is read in its own mode. Read in a wrong one,
 * a value may hide the comment, but still cannot smuggle one in, as long as the service writes no line comments and no
 * version comments: behind a piece of a literal comes the literal's closing quote, and behind that the real comment that
 * the text ends in. A run that began in the literal would hold that comment's opening mark inside another comment.
 *
 * <p>Time is linear in the text's length. A text that does not end in a comment is not read beyond its leading ones.
 *
 * @param leading the leading comments in their order, at most {@value #MOST}: the first ones
 * @param trailing the trailing comments in their order, at most {@value #MOST}: the last ones; none if the whole text
 *     is comments
 * @see <a href="https://dev.mysql.com/doc/refman/8.0/en/comments.html">MySQL's comment syntax</a>
 * @see <a href="https://dev.mysql.com/doc/refman/8.0/en/string-literals.html">MySQL's string literals</a>
 */
record SqlComments(List<Comment> leading, List<Comment> trailing) {
    /** The bound keeps a hostile text from using memory. */
    static final int MOST = 16;

    /**
     * A comment's text: what is between its {@code /*} and its closing mark.
     *
     * @param start the index of the first character
     * @param end the index after the last character
     */
    record Comment(int start, int end) {
        int length() {
            return end - start;
        }

        String textIn(String sql) {
            return sql.substring(start, end);
        }
    }

    /** Reads the statement. Never throws for what the text holds. */
    static SqlComments of(String sql, SqlMode mode) {
        return new Reading(new SqlText(sql, mode)).readComments();
    }

    private static final class Reading {
        private final SqlText text;
        private final List<Comment> leading = new ArrayList<>();
        private final Deque<Comment> trailing = new ArrayDeque<>();
        private boolean inVersionComment;

        Reading(SqlText text) {
            this.text = text;
        }

        SqlComments readComments() {
            int firstToken = readLeading();
            boolean ended = firstToken != SqlText.UNREADABLE
                    && firstToken < text.length()
                    && text.endsInClosingMark()
                    && readStatement(firstToken);
            return new SqlComments(List.copyOf(leading), ended ? List.copyOf(trailing) : List.of());
        }

        private int readLeading() {
            int at = 0;
            while (at < text.length()) {
                if (text.isSpace(at)) {
                    at++;
                } else if (text.isLineComment(at)) {
                    at = text.skipLine(at);
                } else if (text.isBlockComment(at)) {
                    int end = text.closingMark(at);
                    if (end < 0) {
                        return SqlText.UNREADABLE;
                    }
                    if (!text.isHint(at) && leading.size() < MOST) {
                        leading.add(new Comment(at + 2, end));
                    }
                    at = end + 2;
                } else {
                    return at;
                }
            }
            return at;
        }

        /** Collects the comments after the last token in {@link #trailing}; false if the text does not end in code. */
        private boolean readStatement(int firstToken) {
            int at = firstToken;
            while (at < text.length()) {
                if (text.isSpace(at) || text.is(';', at)) {
                    at++;
                } else if (text.isBlockComment(at)) {
                    at = skipComment(at);
                } else {
                    dropTrailing();
                    at = skipCode(at);
                }
                if (at == SqlText.UNREADABLE) {
                    return false;
                }
            }
            return !inVersionComment;
        }

        private int skipComment(int at) {
            int end = text.closingMark(at);
            if (end < 0) {
                return SqlText.UNREADABLE;
            }
            Comment comment = new Comment(at + 2, end);
            if (text.hasOpeningMark(comment.start(), comment.end())) {
                dropTrailing();
            } else if (!text.isHint(at)) {
                if (trailing.size() == MOST) {
                    trailing.removeFirst();
                }
                trailing.addLast(comment);
            }
            return end + 2;
        }

        private int skipCode(int at) {
            return switch (text.at(at)) {
                case '\'', '"', '`' -> text.skipQuoted(at);
                case '#', '-' -> skipDashes(at);
                case '/', '*' -> skipMark(at);
                default -> text.skipPlain(at);
            };
        }

        private int skipDashes(int at) {
            if (text.isLineComment(at)) {
                return text.skipLine(at);
            }
            return text.mayBeLineComment(at) ? SqlText.UNREADABLE : at + 1;
        }

        private int skipMark(int at) {
            if (text.isVersionComment(at)) {
                inVersionComment = true;
                return at + 3;
            }
            if (inVersionComment && text.is('*', at) && text.is('/', at + 1)) {
                inVersionComment = false;
                return at + 2;
            }
            return at + 1;
        }

        private void dropTrailing() {
            if (!trailing.isEmpty()) {
                trailing.clear();
            }
        }
    }
}
