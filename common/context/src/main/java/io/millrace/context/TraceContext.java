package io.millrace.context;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The headers {@code traceparent} and {@code tracestate} as the W3C defines them.
 *
 * <pre>
 * traceparent = version "-" trace-id "-" parent-id "-" flags   version 00: 2, 32, 16 and 2 digits, and nothing behind
 * tracestate  = key "=" value *( "," key "=" value )           at most 32 members, no key twice
 * </pre>
 *
 * A digit is one of {@code 0-9a-f}. The version is not {@code ff}, and neither id is all zeros. Of a version that is not
 * defined yet, the first 55 characters are those of version 00, with a dash behind them where more follows.
 *
 * @see <a href="https://www.w3.org/TR/trace-context-2/">Trace Context Level 2</a>
 */
final class TraceContext {
    static final String TRACEPARENT = "traceparent";
    static final String TRACESTATE = "tracestate";

    static final int MOST_MEMBERS = 32;
    /** So many members, each with a key and a value of 256 characters. */
    static final int LONGEST_STATE = MOST_MEMBERS * 514;
    /** The specification has no bound. */
    static final int LONGEST_PARENT = 512;

    private static final int LENGTH_OF_00 = 55;
    private static final int LONGEST_PART = 256;

    private TraceContext() {}

    /** The reason why the text is not a trace parent, without the text; empty if it is one. */
    static Optional<String> findParentObjection(String value) {
        if (value.length() < LENGTH_OF_00 || value.length() > LONGEST_PARENT) {
            return Optional.of("a W3C trace parent has 55 characters, and this has " + value.length());
        }
        if (!isHex(value, 0, 2)
                || !isDash(value, 2)
                || !isHex(value, 3, 35)
                || !isDash(value, 35)
                || !isHex(value, 36, 52)
                || !isDash(value, 52)
                || !isHex(value, 53, LENGTH_OF_00)) {
            return Optional.of("it does not have the form of a W3C trace parent, version-traceid-parentid-flags in "
                    + "lower-case hexadecimal digits");
        }
        if (value.startsWith("ff")) {
            return Optional.of("ff is not a version of a W3C trace parent");
        }
        if (isZero(value, 3, 35) || isZero(value, 36, 52)) {
            return Optional.of("an id of its W3C trace parent is all zeros");
        }
        boolean more = value.length() > LENGTH_OF_00;
        if (more && (value.startsWith("00") || !isDash(value, LENGTH_OF_00))) {
            return Optional.of("its W3C trace parent continues after the flags");
        }
        return Optional.empty();
    }

    /** The reason why the text is not a trace state, without the text; empty if it is one. */
    static Optional<String> findStateObjection(String value) {
        if (value.length() > LONGEST_STATE) {
            return Optional.of("it has " + value.length() + " characters, more than " + LONGEST_STATE);
        }
        Set<String> keys = new HashSet<>();
        for (String part : value.split(",", -1)) {
            String member = Baggage.withoutSpace(part);
            if (member.isEmpty()) {
                continue;
            }
            int equals = member.indexOf('=');
            if (equals < 0 || !isKey(member.substring(0, equals)) || !isValue(member.substring(equals + 1))) {
                return Optional.of("one of its members is not key=value as a W3C trace state has it");
            }
            if (!keys.add(member.substring(0, equals))) {
                return Optional.of("its W3C trace state has a duplicate key");
            }
        }
        if (keys.isEmpty() || keys.size() > MOST_MEMBERS) {
            return Optional.of("a W3C trace state has 1 to " + MOST_MEMBERS + " members, and this has " + keys.size());
        }
        return Optional.empty();
    }

    private static boolean isKey(String key) {
        return !key.isEmpty()
                && key.length() <= LONGEST_PART
                && isLowerOrDigit(key.charAt(0))
                && key.chars().allMatch(c -> isLowerOrDigit(c) || "_-*/@".indexOf(c) >= 0);
    }

    private static boolean isValue(String value) {
        return !value.isEmpty()
                && value.length() <= LONGEST_PART
                && value.chars().allMatch(c -> c >= ' ' && c <= '~' && c != ',' && c != '=');
    }

    private static boolean isLowerOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static boolean isHex(String text, int from, int to) {
        return text.substring(from, to).chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    private static boolean isZero(String text, int from, int to) {
        return text.substring(from, to).chars().allMatch(c -> c == '0');
    }

    private static boolean isDash(String text, int index) {
        return text.charAt(index) == '-';
    }
}
