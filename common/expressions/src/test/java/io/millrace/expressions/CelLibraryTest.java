package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

/** The functions of texts and of regular expressions give what CEL's own libraries give, for random texts. */
class CelLibraryTest {
    private static final int ROUNDS = 400;
    private static final String[] TEXTS = {
        "",
        "a",
        "b",
        "ab",
        "aab",
        "abab",
        "A\u00e4\u00df",
        "\ud834\udd1e",
        "a\ud834\udd1eb",
        " \t a \u00a0\u3000",
        "a,b,,c",
        "-12.5"
    };
    private static final List<String> OF_TEXTS = List.of(
            "s.trim()",
            "s.lowerAscii()",
            "s.upperAscii()",
            "s.reverse()",
            "s.charAt(n)",
            "s.substring(n)",
            "s.substring(n, m)",
            "s.indexOf(t)",
            "s.indexOf(t, n)",
            "s.lastIndexOf(t)",
            "s.lastIndexOf(t, n)",
            "s.replace(t, u)",
            "s.replace(t, u, n)",
            "s.split(t)",
            "s.split(t, 2)",
            "s.split(t, -1)",
            "s.split(t, 0)",
            "[s, t, u].join()",
            "[s, t, u].join(u)",
            "s.split(t).join(u)");
    private static final String[] PATTERNS = {
        "a",
        "[ab]+",
        "(a)",
        "(a)|b",
        "(a)|(b)",
        "(?:a)(b?)",
        "",
        "a*",
        "^a",
        "b$",
        "(?i)A",
        ".",
        "\\\\pL",
        "[0-9]+",
        "x",
        "(a)(b)"
    };
    private static final String[] REPLACEMENTS = {"", "x", "<\\\\0>", "\\\\1", "\\\\2\\\\1", "\\\\\\\\", "\\\\x", "$1"};

    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .addLibraries(CelExtensions.strings(), CelExtensions.regex(), CelExtensions.optional())
            .addVar("s", SimpleType.STRING)
            .addVar("t", SimpleType.STRING)
            .addVar("u", SimpleType.STRING)
            .addVar("n", SimpleType.INT)
            .addVar("m", SimpleType.INT)
            .addVar("at", SimpleType.TIMESTAMP)
            .build();
    private static final CelRuntime RUNTIME = CelRuntimeFactory.legacyCelRuntimeBuilder()
            .addLibraries(CelExtensions.strings(), CelExtensions.regex(), CelExtensions.optional())
            .build();
    private static final ExpressionCompiler OURS = new ExpressionCompiler(List.of(
            new Variable("s", Variable.Kind.TEXT),
            new Variable("t", Variable.Kind.TEXT),
            new Variable("u", Variable.Kind.TEXT),
            new Variable("n", Variable.Kind.INTEGER),
            new Variable("m", Variable.Kind.INTEGER),
            new Variable("at", Variable.Kind.DATA)));
    private static final List<String> NAMES = List.of("s", "t", "u", "n", "m", "at");

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private record Values(List<Object> values) implements Scope {
        @Override
        public Object value(int variable) {
            return values.get(variable);
        }

        @Override
        public Schema schema(int variable) {
            return null;
        }

        @Override
        public boolean structured() {
            return false;
        }
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String text() {
        return random.nextInt(3) > 0 ? pick(TEXTS) : pick(TEXTS) + pick(TEXTS) + pick(TEXTS);
    }

    private Values values() {
        return new Values(List.of(
                text(),
                pick(TEXTS),
                pick(TEXTS),
                (long) random.nextInt(8) - 2,
                (long) random.nextInt(8) - 2,
                java.util.Date.from(Instant.ofEpochSecond(random.nextLong(-60_000_000_000L, 250_000_000_000L)))));
    }

    private static Object ofCel(String expression, Values values) {
        try {
            Map<String, Object> variables = new HashMap<>();
            for (int i = 0; i < NAMES.size(); i++) {
                Object value = values.value(i);
                variables.put(NAMES.get(i), value instanceof java.util.Date date ? date.toInstant() : value);
            }
            Object value =
                    RUNTIME.createProgram(COMPILER.compile(expression).getAst()).eval(variables);
            // What CEL's extract has in an optional value is NULL or the text.
            return value instanceof Optional<?> optional
                    ? optional.map(Object.class::cast).orElse("NULL")
                    : value;
        } catch (CelValidationException | CelEvaluationException e) {
            return "refused";
        }
    }

    private static Object ofOurs(String expression, Values values) {
        try {
            Object value = OURS.expression(expression).value(values);
            return value == null ? "NULL" : value;
        } catch (InvalidExpressionException e) {
            return "refused when posted";
        } catch (DataException e) {
            return "refused";
        }
    }

    private static boolean isPosted(Object outcome) {
        return outcome.equals("refused when posted");
    }

    private static boolean isOfEmptyTexts(String expression) {
        return expression.contains("ndexOf(") || expression.contains("split(");
    }

    private static boolean isRefused(Object expected, Object found) {
        return expected.equals("refused") || found.equals("refused");
    }

    private void compare(int rounds, Function<Integer, String> expressions) {
        int given = 0;
        for (int i = 0; i < rounds; i++) {
            String expression = expressions.apply(i);
            for (int j = 0; j < 20; j++) {
                Values values = values();
                Object expected = ofCel(expression, values);
                Object found = ofOurs(expression, values);
                if (isPosted(found) || (isOfEmptyTexts(expression) && isRefused(expected, found))) {
                    // A wrong pattern or replacement is refused even if no text matches. A part that is not there is at
                    // -1 also
                    // in an empty text, which has one part, as in CEL's definition.
                    continue;
                }
                given += expected.equals("refused") ? 0 : 1;
                assertThat(found)
                        .as("%s over %s, seed %s", expression, values, seed)
                        .isEqualTo(expected);
            }
        }
        assertThat(given).as("values, seed %s", seed).isGreaterThan(rounds * 4);
    }

    @Test
    void textsAreAsInCel() {
        compare(OF_TEXTS.size() * 10, i -> OF_TEXTS.get(i % OF_TEXTS.size()));
    }

    @Test
    void regularExpressionsAreAsInCel() {
        compare(ROUNDS, i -> {
            String pattern = "'" + pick(PATTERNS) + "'";
            return switch (random.nextInt(5)) {
                case 0 -> "regex.extract(s, " + pattern + ")";
                case 1 -> "regex.extractAll(s, " + pattern + ")";
                case 2 -> "regex.replace(s, " + pattern + ", '" + pick(REPLACEMENTS) + "', n)";
                case 3 -> "s.matches(" + pattern + ")";
                default -> "regex.replace(s, " + pattern + ", '" + pick(REPLACEMENTS) + "')";
            };
        });
    }

    @Test
    void partsOfTimesAreAsInCel() {
        List<String> parts = new ArrayList<>();
        for (String zone : List.of("", "'Europe/Berlin'", "'America/New_York'", "'Asia/Kolkata'")) {
            for (String part : List.of(
                    "getFullYear",
                    "getMonth",
                    "getDate",
                    "getDayOfMonth",
                    "getDayOfWeek",
                    "getDayOfYear",
                    "getHours",
                    "getMinutes",
                    "getSeconds",
                    "getMilliseconds")) {
                parts.add("at." + part + "(" + zone + ")");
            }
        }
        parts.add("(at + duration('36h')).getDate()");
        parts.add("(at - timestamp('2000-01-01T00:00:00Z')).getHours()");
        parts.add("string(at - duration('90m'))");
        for (String part : parts) {
            for (int i = 0; i < 10; i++) {
                Values values = values();
                assertThat(ofOurs(part.replace("at.", "moment(at).").replace("(at", "(moment(at)"), values))
                        .as("%s over %s, seed %s", part, values, seed)
                        .isEqualTo(ofCel(part, values));
            }
        }
    }
}
