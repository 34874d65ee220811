package io.millrace.context;

import java.util.Optional;

/**
 * The texts that are valid values of a header: at least one character, at most {@code maxLength}, and none that controls a
 * terminal or ends a line, because a header's value is written into logs and other protocols' headers. Headers that the W3C
 * defines ({@link TraceContext}, {@link Baggage}) have its form and its bounds instead of {@code maxLength}.
 *
 * @param maxLength the most characters (UTF-16 code units) that a value may have
 */
record ValueLimit(int maxLength) {
    /** The reason why the text is not a valid value of this header, without the text; empty if it is valid. */
    Optional<String> findObjection(String key, String value) {
        return switch (key) {
            case TraceContext.TRACEPARENT -> TraceContext.findParentObjection(value);
            case TraceContext.TRACESTATE -> TraceContext.findStateObjection(value);
            case Baggage.BAGGAGE -> Baggage.findObjection(value);
            default -> findTextObjection(value);
        };
    }

    private Optional<String> findTextObjection(String value) {
        if (value.length() > maxLength) {
            return Optional.of("it has " + value.length() + " characters, more than the " + maxLength + " allowed");
        }
        for (int i = 0; i < value.length(); i++) {
            if (controls(value.charAt(i))) {
                return Optional.of("it has a control character at index " + i);
            }
        }
        return Optional.empty();
    }

    private static boolean controls(char c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
