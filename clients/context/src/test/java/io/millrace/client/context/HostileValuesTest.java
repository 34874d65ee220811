package io.millrace.client.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.context.ContextInjection;
import io.millrace.testing.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Headers with random hostile values never get into a statement, a log line or a header as anything but a value. */
class HostileValuesTest {
    private static final int INPUTS = 100_000;
    private static final ContextHeaders HEADERS =
            ContextHeaders.records().with("tenant").with("order.source", "X-Source");
    private static final List<String> PIECES = List.of(
            "*/",
            "/*",
            "'",
            "\\'",
            "\\",
            "%27",
            "%2A%2F",
            "%",
            "%%",
            "+",
            ";",
            "--",
            "-- ",
            "#",
            "\"",
            "`",
            "?",
            ":a",
            "{",
            "}",
            "\n",
            "\r",
            "\0",
            "\t",
            "\u0085",
            "\u2028",
            "\u001B[31m",
            "\uD83D\uDE00",
            "\uD800",
            "\uDC00",
            "\u00FC",
            "\u0301",
            "${jndi:ldap://x}",
            "DROP TABLE orders",
            ",",
            "=",
            " ",
            "a",
            "A",
            "0",
            "requestId='x'",
            "traceparent=",
            "key=value",
            "\uFFFD",
            "\uFEFF",
            "\u202E",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    private static final Pattern BREAKS = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");
    private static final Pattern COMMENT = Pattern.compile("/\\*[A-Za-z0-9_.%,='-]+\\*/ ");
    private static final List<String> STATEMENTS = List.of(
            "UPDATE orders SET status = 'PAID' WHERE id = 7",
            "UPDATE orders SET status = 'it''s /* -- # ' WHERE id = 7;",
            "INSERT INTO orders VALUES (1, \"*/\") -- the end",
            "/* insert Order */ INSERT INTO orders VALUES (?)",
            "DELETE FROM orders WHERE note = '\\'*/'");

    private final ContextInjection injection = new ContextInjection(Map.of(
            "keys", "requestId,userId,traceparent,tracestate,baggage,tenant,order.source", "sources", "comment"));

    @Test
    void aValueIsNeverMoreThanAValue() {
        Random random = new Random(Seeds.next());
        int withValues = 0;
        int refused = 0;
        for (int i = 0; i < INPUTS; i++) {
            Map<String, List<String>> headers = randomHeaders(random);
            RequestContext context = HEADERS.read(headers::get);
            String statement = STATEMENTS.get(random.nextInt(STATEMENTS.size()));

            context.values().forEach((key, value) -> {
                String name = HEADERS.names().get(key);
                require(String.join(",", headers.get(name)).equals(value), value);
                // Lists may have tabs round their marks; they are not in the MDC.
                boolean isList = key.equals(ContextKeys.TRACESTATE) || key.equals(ContextKeys.BAGGAGE);
                require(
                        !BREAKS.matcher(isList ? value.replace('\t', ' ') : value)
                                .find(),
                        value);
                require(value.length() <= W3cHeaders.MAX_BAGGAGE_LENGTH, value);
            });
            check(context, statement);
            withValues += context.values().size();
            refused += headers.size() - context.values().size();
        }
        // The inputs try both, or they would show nothing.
        assertThat(withValues).isGreaterThan(INPUTS / 2);
        assertThat(refused).isGreaterThan(INPUTS / 2);
    }

    /** Statements of random pieces get at most one comment, in which InjectContext finds this context alone. */
    @Test
    void aStatementIsNeverChangedBehindItsComment() {
        Random random = new Random(Seeds.next());
        RequestContext context = RequestContext.builder().requestId("own").build();
        String comment = context.sqlComment();
        for (int i = 0; i < INPUTS; i++) {
            String sql = randomText(random, 12);
            String commented = SqlComment.addTo(sql, comment);
            String other = "/*requestId='other'*/";
            String again = SqlComment.addTo(commented, other);
            require(again.equals(commented.equals(sql) ? SqlComment.addTo(sql, other) : commented), sql);
            if (commented.startsWith(comment)) {
                require(commented.equals(comment + " " + sql), sql);
                require(injected(commented).equals(Map.of("requestId", "own")), sql);
            } else if (sql.strip().startsWith("/*+") && !commented.equals(sql)) {
                require(commented.replace(" " + comment, "").equals(sql), sql);
                require(injected(commented).equals(Map.of("requestId", "own")), sql);
            } else if (!commented.equals(sql)) {
                require(sql.contains("{") && sql.contains("}"), sql);
                require(commented.replace(" " + comment, "").equals(sql), sql);
            }
        }
    }

    /** Fails with the input, without the cost of an assertion for each of many inputs. */
    private static void require(boolean condition, String input) {
        if (!condition) {
            throw new AssertionError("Input: " + input);
        }
    }

    private void check(RequestContext context, String statement) {
        String commented =
                context.wrapSupplier(() -> SqlComment.addTo(statement)).get();
        if (context.isEmpty()) {
            require(commented.equals(statement), commented);
            return;
        }
        String comment = commented.substring(0, commented.length() - statement.length());
        require(commented.endsWith(statement), commented);
        require(COMMENT.matcher(comment).matches(), commented);
        require(comment.length() <= SqlComment.MAX_LENGTH + 1, commented);
        Map<String, String> expected = new TreeMap<>(context.values());
        if (!comment.contains("baggage=")) {
            expected.remove(ContextKeys.BAGGAGE);
        }
        require(injected(commented).equals(expected), commented);
        context.run(() -> require(
                context.values()
                        .entrySet()
                        .containsAll(MDC.getCopyOfContextMap().entrySet()),
                commented));
        require(MDC.getCopyOfContextMap() == null || MDC.getCopyOfContextMap().isEmpty(), commented);
    }

    /** What InjectContext makes of a statement. */
    private Map<String, String> injected(String statement) {
        Map<String, Object> change = Map.of("op", "u", "source", Map.of("query", statement), "after", Map.of("id", 1L));
        Map<String, String> context = new TreeMap<>();
        injection
                .inject(new SourceRecord(Map.of(), Map.of(), "shop.orders", null, change))
                .headers()
                .forEach(header -> context.put(header.key(), (String) header.value()));
        return context;
    }

    private static Map<String, List<String>> randomHeaders(Random random) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : HEADERS.names().values()) {
            int kind = random.nextInt(8);
            if (kind == 0) {
                headers.put(name, List.of(randomText(random, 8), randomText(random, 8)));
            } else if (kind < 4) {
                headers.put(name, List.of(randomText(random, 6)));
            } else if (kind == 4) {
                headers.put(name, List.of(randomPlain(random, name)));
            }
        }
        return headers;
    }

    /** A text that is valid for some headers. */
    private static String randomPlain(Random random, String name) {
        return switch (name) {
            case "traceparent" -> "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0" + random.nextInt(3);
            case "tracestate", "baggage" -> "a=" + random.nextInt(100) + ",b=" + "%20".repeat(random.nextInt(120));
            default -> PIECES.get(random.nextInt(PIECES.size())).repeat(1 + random.nextInt(60));
        };
    }

    private static String randomText(Random random, int most) {
        List<String> pieces = new ArrayList<>();
        for (int i = random.nextInt(most); i >= 0; i--) {
            pieces.add(
                    random.nextInt(5) == 0
                            ? String.valueOf((char) random.nextInt(0x10000))
                            : PIECES.get(random.nextInt(PIECES.size())));
        }
        return String.join("", pieces);
    }
}
