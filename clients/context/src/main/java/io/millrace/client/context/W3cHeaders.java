package io.millrace.client.context;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The values of the W3C's headers.
 *
 * <pre>
 * traceparent = version "-" trace-id "-" parent-id "-" flags   2, 32, 16 and 2 lower-case hexadecimal digits
 * tracestate  = key "=" value *( "," key "=" value )           at most 32 members and 512 characters, no key twice
 * baggage     = key "=" value *( ";" property ) *( "," ... )   at most 64 members and 8192 characters
 * </pre>
 *
 * No id of a {@code traceparent} is all zeros, and its version is not {@code ff}. A higher version than {@code 00} may have more
 * behind another dash. A value that is too long is refused as a whole, because a part of it would be another value.
 *
 * @see <a href="https://www.w3.org/TR/trace-context-2/">Trace Context Level 2</a>
 * @see <a href="https://www.w3.org/TR/baggage/">Propagation format for distributed context: Baggage</a>
 */
final class W3cHeaders {
    static final int MAX_PARENT_LENGTH = 256;
    static final int MAX_STATE_LENGTH = 512;
    static final int MAX_BAGGAGE_LENGTH = 8192;

    private static final int PARENT_LENGTH = 55;
    private static final int MAX_STATE_MEMBERS = 32;
    private static final int MAX_BAGGAGE_MEMBERS = 64;
    private static final int MAX_STATE_PART = 256;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private W3cHeaders() {}

    static Optional<String> findParentObjection(String value) {
        int length = value.length();
        boolean valid = length >= PARENT_LENGTH
                && length <= MAX_PARENT_LENGTH
                && isHexadecimal(value, 0, 2)
                && isId(value, 3, 35)
                && isId(value, 36, 52)
                && isHexadecimal(value, 53, PARENT_LENGTH)
                && value.charAt(2) == '-'
                && value.charAt(35) == '-'
                && value.charAt(52) == '-'
                && !value.startsWith("ff")
                && (length == PARENT_LENGTH
                        || (!value.startsWith("00")
                                && value.charAt(PARENT_LENGTH) == '-'
                                && AllowedCharacters.hasOnly(value, AllowedCharacters::isVisible)));
        return valid ? Optional.empty() : Optional.of("expected version-traceid-parentid-flags as the W3C defines it");
    }

    static Optional<String> findStateObjection(String value) {
        if (value.length() > MAX_STATE_LENGTH) {
            return Optional.of("expected at most " + MAX_STATE_LENGTH + " characters, found " + value.length());
        }
        Set<String> keys = new HashSet<>();
        for (String part : value.split(",", -1)) {
            String member = trimSpace(part);
            if (!member.isEmpty() && !(isStateMember(member) && keys.add(member.substring(0, member.indexOf('='))))) {
                return Optional.of("expected members key=value as a W3C trace state has them, no key twice");
            }
        }
        return keys.isEmpty() || keys.size() > MAX_STATE_MEMBERS
                ? Optional.of("expected 1 to " + MAX_STATE_MEMBERS + " members, found " + keys.size())
                : Optional.empty();
    }

    static Optional<String> findBaggageObjection(String value) {
        if (value.length() > MAX_BAGGAGE_LENGTH) {
            return Optional.of("expected at most " + MAX_BAGGAGE_LENGTH + " characters, found " + value.length());
        }
        String[] members = value.split(",", -1);
        if (members.length > MAX_BAGGAGE_MEMBERS) {
            return Optional.of("expected at most " + MAX_BAGGAGE_MEMBERS + " members, found " + members.length);
        }
        for (String member : members) {
            String[] parts = member.split(";", -1);
            boolean valid = isBaggagePair(parts[0]);
            for (int i = 1; i < parts.length; i++) {
                valid &= isBaggagePair(parts[i]) || isToken(trimSpace(parts[i]));
            }
            if (!valid) {
                return Optional.of("expected members key=value;properties as W3C baggage has them");
            }
        }
        return Optional.empty();
    }

    private static boolean isStateMember(String member) {
        int equals = member.indexOf('=');
        if (equals < 1 || equals > MAX_STATE_PART || member.length() - equals - 1 > MAX_STATE_PART) {
            return false;
        }
        String key = member.substring(0, equals);
        String value = member.substring(equals + 1);
        return AllowedCharacters.isLowerOrDigit(key.charAt(0))
                && AllowedCharacters.hasOnly(key, c -> AllowedCharacters.isLowerOrDigit(c) || "_-*/@".indexOf(c) >= 0)
                && !value.isEmpty()
                && AllowedCharacters.hasOnly(value, c -> c >= ' ' && c <= '~' && c != '=');
    }

    private static boolean isBaggagePair(String text) {
        int equals = text.indexOf('=');
        return equals > 0
                && isToken(trimSpace(text.substring(0, equals)))
                && AllowedCharacters.hasOnly(
                        trimSpace(text.substring(equals + 1)),
                        c -> AllowedCharacters.isVisible(c) && c != '"' && c != '\\');
    }

    private static boolean isToken(String text) {
        return !text.isEmpty()
                && AllowedCharacters.hasOnly(
                        text, c -> AllowedCharacters.isLetterOrDigit(c) || TOKEN_MARKS.indexOf(c) >= 0);
    }

    private static boolean isId(String text, int from, int to) {
        return isHexadecimal(text, from, to) && !AllowedCharacters.hasOnly(text, from, to, c -> c == '0');
    }

    private static boolean isHexadecimal(String text, int from, int to) {
        return AllowedCharacters.hasOnly(text, from, to, c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    /** The text without the spaces and tabs at its ends, which these headers allow round their marks. */
    private static String trimSpace(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && (text.charAt(from) == ' ' || text.charAt(from) == '\t')) {
            from++;
        }
        while (to > from && (text.charAt(to - 1) == ' ' || text.charAt(to - 1) == '\t')) {
            to--;
        }
        return text.substring(from, to);
    }
}
