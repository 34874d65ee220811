package io.millrace.client.context;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * The context of a request as an SQL comment in sqlcommenter's format.
 *
 * <pre>
 * statement = "/*" key "='" value "'" *( "," key "='" value "'" ) "*&#47; " sql
 * </pre>
 *
 * Keys are sorted; values are percent-encoded UTF-8 with only letters, digits and {@code - . _ %}. No value can therefore end the
 * comment, be a parameter, or be part of a JDBC escape.
 *
 * <p>The comment is in front of the statement, because no literal, line comment, semicolon or {@code sql_mode} can hide it there,
 * because a routine or view that is created does not contain it, and because InjectContext prefers it to a comment behind. It is
 * behind a hint that the statement begins with, <code>/*+ SeqScan(t) *&#47;</code>, because pg_hint_plan reads only the first
 * comment. In a JDBC escape, <code>{call p(?)}</code>, it is in front of the closing parenthesis, because drivers find the escape and
 * its parentheses at the ends of the text.
 *
 * @see <a href="https://google.github.io/sqlcommenter/spec/">The sqlcommenter specification</a>
 */
public final class SqlComment {
    /** A comment with more characters is written without {@code baggage}, {@code tracestate} and, if need be, the longest values. */
    static final int MAX_LENGTH = 8192;

    private SqlComment() {}

    /** The comment of the current context; the empty text if the thread has none. */
    public static String current() {
        return RequestContext.current().sqlComment();
    }

    /** The statement with the comment of the current context, as {@link #addTo(String, String)} adds it. */
    public static String addTo(String sql) {
        return addTo(sql, current());
    }

    /**
     * The statement with a comment. A statement is returned as it is if it is empty, if the comment is empty, or if a comment in
     * sqlcommenter's format at one of its ends has {@code requestId}, {@code userId}, {@code traceparent}, {@code tracestate},
     * {@code baggage}, or a key of the comment. Its other comments are kept.
     *
     * @param comment what {@link #current} returned
     */
    public static String addTo(String sql, String comment) {
        if (comment.isEmpty()) {
            return sql;
        }
        int place = new StatementText(sql, comment).findPlace();
        if (place == StatementText.NOWHERE) {
            return sql;
        }
        return place == 0 ? comment + " " + sql : sql.substring(0, place) + " " + comment + sql.substring(place);
    }

    /** The comment with these values, as far as there is room; the empty text if there are none. */
    static String write(Map<String, String> values) {
        String comment = join(values);
        if (comment.length() <= MAX_LENGTH) {
            return comment;
        }
        Map<String, String> fewer = new TreeMap<>(values);
        fewer.remove(ContextKeys.BAGGAGE);
        fewer.remove(ContextKeys.TRACESTATE);
        while (join(fewer).length() > MAX_LENGTH) {
            fewer.remove(findLongest(fewer));
        }
        return join(fewer);
    }

    private static String findLongest(Map<String, String> values) {
        return values.entrySet().stream()
                .max(Comparator.comparingInt(entry -> encode(entry.getValue()).length()))
                .orElseThrow()
                .getKey();
    }

    private static String join(Map<String, String> values) {
        if (values.isEmpty()) {
            return "";
        }
        StringBuilder comment = new StringBuilder(128).append("/*");
        values.forEach((key, value) ->
                comment.append(key).append("='").append(encode(value)).append("',"));
        comment.setLength(comment.length() - 1);
        return comment.append("*/").toString();
    }

    private static String encode(String value) {
        if (AllowedCharacters.hasOnly(value, SqlComment::isUnreserved)) {
            return value;
        }
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }

    private static boolean isUnreserved(int c) {
        return AllowedCharacters.isLetterOrDigit(c) || c == '-' || c == '.' || c == '_';
    }
}
