package io.millrace.context;

import java.util.Optional;

/**
 * The header {@code baggage} as the W3C defines it.
 *
 * <pre>
 * baggage  = member *( "," member )
 * member   = key "=" value *( ";" property )
 * property = key [ "=" value ]
 * </pre>
 *
 * A key is a token of HTTP; a value has printable ASCII but for {@code " , ; \} and the space, anything else being
 * percent-encoded; white space may stand round every mark. Of a baggage that has more members or bytes than every
 * platform must hand on, nothing is taken: a part of it would be another baggage.
 *
 * @see <a href="https://www.w3.org/TR/baggage/">Propagation format for distributed context: Baggage</a>
 */
final class Baggage {
    static final String BAGGAGE = "baggage";

    static final int MOST_MEMBERS = 64;
    static final int MOST_BYTES = 8192;

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private Baggage() {}

    /** The reason why the text is not a baggage, without the text; empty if it is one. */
    static Optional<String> findObjection(String value) {
        // Characters that are not ASCII are refused below, so each character is a byte.
        if (value.length() > MOST_BYTES) {
            return Optional.of("its W3C baggage has more than " + MOST_BYTES + " bytes");
        }
        String[] members = value.split(",", -1);
        if (members.length > MOST_MEMBERS) {
            return Optional.of("its W3C baggage has more than " + MOST_MEMBERS + " members");
        }
        for (String member : members) {
            if (!isMember(member)) {
                return Optional.of("one of its members is not key=value;properties as W3C baggage has it");
            }
        }
        return Optional.empty();
    }

    private static boolean isMember(String member) {
        String[] parts = member.split(";", -1);
        if (!isPair(parts[0])) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            if (!isPair(parts[i]) && !isToken(withoutSpace(parts[i]))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPair(String text) {
        int equals = text.indexOf('=');
        return equals >= 0
                && isToken(withoutSpace(text.substring(0, equals)))
                && withoutSpace(text.substring(equals + 1)).chars().allMatch(Baggage::isOctet);
    }

    private static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars()
                        .allMatch(c -> (c >= '0' && c <= '9')
                                || (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || TOKEN_MARKS.indexOf(c) >= 0);
    }

    private static boolean isOctet(int c) {
        return c > ' ' && c <= '~' && c != '"' && c != ',' && c != ';' && c != '\\';
    }

    /** Without the spaces and tabs at its ends, which is what these headers allow round their marks. */
    static String withoutSpace(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
