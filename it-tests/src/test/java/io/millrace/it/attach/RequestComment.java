package io.millrace.it.attach;

// page: comment
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The request that this thread works for, as an SQL comment in sqlcommenter's format. */
public final class RequestComment {
    private static final ThreadLocal<Map<String, String>> CONTEXT = new ThreadLocal<>();

    private RequestComment() {}

    /** To be called where a request comes in, e.g. in a servlet filter; with an empty map where it ends. */
    public static void set(Map<String, String> context) {
        CONTEXT.set(new TreeMap<>(context));
    }

    /** The statement with the comment behind it; the statement itself where there is no request. */
    public static String appendTo(String sql) {
        Map<String, String> context = CONTEXT.get();
        if (context == null || context.isEmpty()) {
            return sql;
        }
        return sql
                + context.entrySet().stream()
                        .map(entry -> encode(entry.getKey()) + "='" + encode(entry.getValue()) + "'")
                        .collect(Collectors.joining(",", " /*", "*/"));
    }

    /** Percent-encoded, so that no value ends the comment, its quotes, or takes a parameter's place. */
    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }
}
// end
