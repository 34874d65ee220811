package io.millrace.client.context;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a request's context, and the values that each of them may have.
 *
 * <pre>
 * key         = letter *63( letter / digit / "_" / "-" / "." )
 * requestId   = 1*128( printable ASCII but the space )
 * traceparent, tracestate, baggage: as the W3C defines them
 * other       = 1*256( any character but control characters, line separators and U+FFFD )
 * </pre>
 *
 * U+FFFD is what decoders put in the place of bytes that are not valid. These are valid values for {@code InjectContext} too, whose limit is 512 characters by default.
 */
public final class ContextKeys {
    /** The id of the request, which the service that receives the first request generates. */
    public static final String REQUEST_ID = "requestId";
    /** The user that made the request. */
    public static final String USER_ID = "userId";
    /** The trace and the span of the caller, as W3C Trace Context defines it. */
    public static final String TRACEPARENT = "traceparent";
    /** What tracing systems add to {@link #TRACEPARENT}; it is dropped without it. */
    public static final String TRACESTATE = "tracestate";
    /** Values that the whole trace carries, as W3C Baggage defines them. */
    public static final String BAGGAGE = "baggage";

    /** The most keys that a context has; values of further keys are refused. */
    public static final int MAX_KEYS = 16;

    /** The keys that every request can have. */
    static final Set<String> STANDARD = Set.of(REQUEST_ID, USER_ID, TRACEPARENT, TRACESTATE, BAGGAGE);

    static final int MAX_KEY_LENGTH = 64;
    static final int MAX_REQUEST_ID_LENGTH = 128;
    static final int MAX_VALUE_LENGTH = 256;

    private ContextKeys() {}

    /**
     * Returns the key.
     *
     * @throws IllegalArgumentException if the text is null or not a valid key
     */
    static String requireKey(@Nullable String key) {
        if (key == null) {
            throw new IllegalArgumentException("A key of the request's context is null");
        }
        boolean valid = !key.isEmpty()
                && key.length() <= MAX_KEY_LENGTH
                && AllowedCharacters.isLetter(key.charAt(0))
                && AllowedCharacters.hasOnly(
                        key, c -> AllowedCharacters.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.');
        if (!valid) {
            throw new IllegalArgumentException("A key of the request's context has a letter and up to "
                    + (MAX_KEY_LENGTH - 1) + " letters, digits, '_', '-' and '.'; found " + describe(key));
        }
        return key;
    }

    /** Returns the reason why the text is not a value of this key, without the text; empty if it is one. */
    static Optional<String> findObjection(String key, String value) {
        return switch (key) {
            case REQUEST_ID -> findIdObjection(value);
            case TRACEPARENT -> W3cHeaders.findParentObjection(value);
            case TRACESTATE -> W3cHeaders.findStateObjection(value);
            case BAGGAGE -> W3cHeaders.findBaggageObjection(value);
            default -> findTextObjection(value);
        };
    }

    private static Optional<String> findIdObjection(String value) {
        if (value.isEmpty() || value.length() > MAX_REQUEST_ID_LENGTH) {
            return Optional.of("expected 1 to " + MAX_REQUEST_ID_LENGTH + " characters, found " + value.length());
        }
        return AllowedCharacters.hasOnly(value, AllowedCharacters::isVisible)
                ? Optional.empty()
                : Optional.of("expected printable ASCII without spaces");
    }

    private static Optional<String> findTextObjection(String value) {
        if (value.isEmpty() || value.length() > MAX_VALUE_LENGTH) {
            return Optional.of("expected 1 to " + MAX_VALUE_LENGTH + " characters, found " + value.length());
        }
        for (int at = 0; at < value.length(); at += Character.charCount(value.codePointAt(at))) {
            if (isForbidden(value.codePointAt(at))) {
                return Optional.of("it has a control character, a line separator, or a character that was not decoded");
            }
        }
        return Optional.empty();
    }

    /** A surrogate is a code point only if it has no partner. */
    private static boolean isForbidden(int codePoint) {
        return Character.isISOControl(codePoint)
                || codePoint == '\u2028'
                || codePoint == '\u2029'
                || codePoint == '\uFFFD'
                || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
    }

    /** The text if a message can contain it, and otherwise its length. */
    private static String describe(String key) {
        return key.length() <= MAX_KEY_LENGTH && AllowedCharacters.hasOnly(key, c -> c >= ' ' && c <= '~')
                ? "'" + key + "'"
                : key.length() + " characters";
    }
}
