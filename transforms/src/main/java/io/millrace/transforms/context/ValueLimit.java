package io.millrace.transforms.context;

import java.util.Optional;

/**
 * Which texts may become the value of a header: those of at least one character and at most so many, none of which
 * controls a terminal or ends a line, for a header's value is written into logs and other protocols' headers. Headers
 * that the W3C defines ({@link TraceContext}, {@link Baggage}) have its form and its bounds instead of {@code maxLength}.
 *
 * @param maxLength the most characters (UTF-16 code units) that a value may have
 */
record ValueLimit(int maxLength) {
    /** Why the text may not be this header's value; empty where it may. The reason does not repeat the text. */
    Optional<String> objection(String key, String value) {
        return switch (key) {
            case TraceContext.TRACEPARENT -> TraceContext.objectionToParent(value);
            case TraceContext.TRACESTATE -> TraceContext.objectionToState(value);
            case Baggage.BAGGAGE -> Baggage.objection(value);
            default -> objectionToText(value);
        };
    }

    private Optional<String> objectionToText(String value) {
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
