package io.millrace.expressions;

import java.util.Random;

/** Expressions out of a grammar, most of which CEL's checker accepts and of which many fail on some record. */
final class RandomExpressions {
    private static final String[] VALUES = {
        "before.s",
        "after.s",
        "after.t",
        "before.i32",
        "after.i32",
        "after.i64",
        "before.i16",
        "after.d",
        "before.d",
        "after.f",
        "after.b",
        "before.b",
        "after.dec",
        "before.dec",
        "after.bytes",
        "after.ts",
        "after.nested",
        "after.nested.s",
        "after.nested.i",
        "before.nested.s",
        "after.m",
        "after.m.a",
        "after['s']",
        "after.m['a']",
        "after.list",
        "after.defaulted",
        "after.missing",
        "after.s.deeper",
        "op",
        "count",
        "headers.a",
        "headers.missing",
        "headers['a']",
        "before",
        "after",
        "headers"
    };
    private static final String[] CONSTANTS = {
        "'a'",
        "'b'",
        "''",
        "'\u00e4\ud834\udd1e'",
        "'ab'",
        "0",
        "1",
        "-1",
        "7",
        "9007199254740993",
        "9223372036854775807",
        "0.0",
        "-0.0",
        "1.0",
        "7.0",
        "1.5",
        "19.9",
        "1000",
        "9007199254740992.0",
        "1e300",
        "-1e300",
        "true",
        "false",
        "null",
        "7u",
        "b'a'"
    };
    private static final String[] COMPARISONS = {"==", "!=", "<", "<=", ">", ">="};

    private final Random random;

    RandomExpressions(Random random) {
        this.random = random;
    }

    String condition(int depth) {
        if (depth == 0) {
            return comparison();
        }
        return switch (random.nextInt(10)) {
            case 0, 1 -> "(" + condition(depth - 1) + " && " + condition(depth - 1) + ")";
            case 2, 3 -> "(" + condition(depth - 1) + " || " + condition(depth - 1) + ")";
            case 4 -> "!(" + condition(depth - 1) + ")";
            case 5 -> "(" + condition(depth - 1) + " ? " + condition(depth - 1) + " : " + condition(depth - 1) + ")";
            case 6 -> any(VALUES);
            default -> comparison();
        };
    }

    /** A condition that asks for a text beside something else. */
    String asking() {
        String text = any("op", "before.s", "after.s", "after.t", "headers.a") + " == " + any("'a'", "'b'", "'u'");
        return random.nextBoolean() ? text + " && " + condition(1) : condition(1) + " && " + text;
    }

    private String comparison() {
        return switch (random.nextInt(14)) {
            case 12 -> text() + " " + any(COMPARISONS) + " " + any("'a'", "''", "after.s", "before.t.trim()");
            case 13 ->
                "decimal(" + any("after.dec", "before.dec", "after.i64", "after.i32", "1") + ") " + any(COMPARISONS)
                        + " " + any("before.dec", "after.i32", "7", "'1.50'", "decimal(after.dec) + 1", "null");
            case 0 ->
                "has("
                        + any(
                                "before.s",
                                "after.s",
                                "after.missing",
                                "after.nested.s",
                                "headers.a",
                                "headers.z",
                                "after.m.a",
                                "after.m.z",
                                "before.nested.s",
                                "after.s.x",
                                "after.defaulted")
                        + ")";
            case 1 -> value() + " in [" + any(CONSTANTS) + ", " + any(CONSTANTS) + ", " + any(CONSTANTS) + "]";
            case 2 -> value() + " in " + any("headers", "after", "before", "after.m", "after.nested", "after.list");
            case 3 -> any(VALUES) + any(".startsWith(", ".endsWith(", ".contains(") + any("'a'", "''", "after.s") + ")";
            case 4 ->
                any("size(" + any(VALUES) + ")", any(VALUES) + ".size()") + " " + any(COMPARISONS) + " "
                        + random.nextInt(4);
            case 5 -> any(VALUES) + " + " + any("'a'", "after.s", "op") + " == " + any("'aa'", "after.t + op");
            default -> value() + " " + any(COMPARISONS) + " " + value();
        };
    }

    /** A function of texts that only the interpreter has. */
    private String text() {
        return any("after.s", "before.t", "headers.a", "op")
                + any(".trim()", ".upperAscii()", ".replace('a', 'b')", ".substring(0, 1)", ".reverse()");
    }

    String value() {
        if (random.nextInt(12) == 0) {
            return "(" + comparison() + " ? " + any(VALUES) + " : " + any(VALUES) + ")";
        }
        return random.nextInt(3) == 0 ? any(CONSTANTS) : any(VALUES);
    }

    private String any(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
