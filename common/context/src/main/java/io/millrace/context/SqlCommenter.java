package io.millrace.context;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pairs of a comment in sqlcommenter's format: {@code key='value',key2='value2'}.
 *
 * <pre>
 * comment = space pair *( space "," space pair ) space
 * pair    = key space "=" space "'" *( character | "\'" ) "'"
 * key     = 1*( any character but white space, quote, backslash, "=" and "," )
 * </pre>
 *
 * <p>Keys and values are percent-encoded UTF-8; {@code \'} stands for a quote. {@code %%} is read as {@code %}:
 * libraries whose database driver formats statements double the sign. A {@code +} is a plus sign, as the format encodes
 * a space as {@code %20}; or a space, for libraries that encode as forms do. The pairs need not be sorted. A comment of
 * another form, such as {@code /* fix me}, is not sqlcommenter's, and none of it is read.
 *
 * @param values the values of the comment, by key
 * @param refused the keys without a reliable value: duplicates, and keys whose value is not percent-encoded UTF-8
 * @see <a href="https://google.github.io/sqlcommenter/spec/">The sqlcommenter specification</a>
 */
record SqlCommenter(Map<String, String> values, Set<String> refused) {
    private static final char REPLACEMENT = '\uFFFD';

    /** The comment's pairs; empty if it is not in the format. Never throws for what the text contains. */
    static Optional<SqlCommenter> parse(String comment, PlusSign plus) {
        return new Parser(comment, plus).parsePairs();
    }

    /** The text that percent-encoding made this of; empty if it cannot have been UTF-8. */
    static Optional<String> decode(String written, PlusSign plus) {
        String undoubled = written.contains("%%") ? written.replace("%%", "%") : written;
        return decodePercent(plus == PlusSign.SPACE ? undoubled.replace('+', ' ') : undoubled);
    }

    private static Optional<String> decodePercent(String encoded) {
        if (encoded.indexOf(REPLACEMENT) >= 0) {
            return Optional.empty();
        }
        int percent = encoded.indexOf('%');
        if (percent < 0) {
            return Optional.of(encoded);
        }
        String ascii = decodeAscii(encoded, percent);
        if (ascii != null) {
            return Optional.of(ascii);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        int plain = 0;
        while (percent >= 0) {
            bytes.writeBytes(encoded.substring(plain, percent).getBytes(StandardCharsets.UTF_8));
            int octet = decodeOctet(encoded, percent + 1);
            if (octet < 0) {
                return Optional.empty();
            }
            bytes.write(octet);
            plain = percent + 3;
            percent = encoded.indexOf('%', plain);
        }
        bytes.writeBytes(encoded.substring(plain).getBytes(StandardCharsets.UTF_8));
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The text where all that is encoded in it is ASCII; otherwise null. */
    private static @Nullable String decodeAscii(String encoded, int firstPercent) {
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.charAt(i) > 0x7F) {
                return null;
            }
        }
        StringBuilder text = new StringBuilder(encoded.length());
        int plain = 0;
        for (int percent = firstPercent; percent >= 0; percent = encoded.indexOf('%', plain)) {
            int octet = decodeOctet(encoded, percent + 1);
            if (octet < 0 || octet > 0x7F) {
                return null;
            }
            text.append(encoded, plain, percent).append((char) octet);
            plain = percent + 3;
        }
        return text.append(encoded, plain, encoded.length()).toString();
    }

    private static int decodeOctet(String encoded, int at) {
        if (at + 2 > encoded.length()) {
            return -1;
        }
        int high = hexDigit(encoded.charAt(at));
        int low = hexDigit(encoded.charAt(at + 1));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int hexDigit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static final class Parser {
        private final String comment;
        private final PlusSign plus;
        private final Map<String, String> values = new HashMap<>();
        private final Set<String> refused = new HashSet<>();
        private int at;

        Parser(String comment, PlusSign plus) {
            this.comment = comment;
            this.plus = plus;
        }

        Optional<SqlCommenter> parsePairs() {
            do {
                if (!parsePair()) {
                    return Optional.empty();
                }
            } while (takeMark(','));
            return at == comment.length() ? Optional.of(new SqlCommenter(values, refused)) : Optional.empty();
        }

        private boolean parsePair() {
            skipSpace();
            int start = at;
            while (at < comment.length() && isKey(comment.charAt(at))) {
                at++;
            }
            String key = comment.substring(start, at);
            if (key.isEmpty() || !takeMark('=')) {
                return false;
            }
            skipSpace();
            String value = parseQuoted();
            if (value == null) {
                return false;
            }
            skipSpace();
            // A key that cannot be decoded is never one that is wanted.
            decode(key, plus).ifPresent(name -> addPair(name, value));
            return true;
        }

        private void addPair(String key, String encoded) {
            Optional<String> value = decode(encoded, plus);
            if (refused.contains(key) || values.containsKey(key) || value.isEmpty()) {
                values.remove(key);
                refused.add(key);
            } else {
                values.put(key, value.get());
            }
        }

        private @Nullable String parseQuoted() {
            if (!takeMark('\'')) {
                return null;
            }
            int end = at;
            while (end < comment.length() && comment.charAt(end) != '\'' && comment.charAt(end) != '\\') {
                end++;
            }
            if (end < comment.length() && comment.charAt(end) == '\'') {
                String value = comment.substring(at, end);
                at = end + 1;
                return value;
            }
            return parseQuotedWithEscapes();
        }

        private @Nullable String parseQuotedWithEscapes() {
            StringBuilder value = new StringBuilder();
            while (at < comment.length()) {
                char c = comment.charAt(at++);
                if (c == '\'') {
                    return value.toString();
                }
                if (c == '\\') {
                    // A backslash of the value itself is percent-encoded; before anything else it is ambiguous.
                    if (at == comment.length() || comment.charAt(at) != '\'') {
                        return null;
                    }
                    at++;
                    value.append('\'');
                } else {
                    value.append(c);
                }
            }
            return null;
        }

        private boolean takeMark(char expected) {
            int next = at;
            while (next < comment.length() && isSpace(comment.charAt(next))) {
                next++;
            }
            if (next == comment.length() || comment.charAt(next) != expected) {
                return false;
            }
            at = next + 1;
            return true;
        }

        private void skipSpace() {
            while (at < comment.length() && isSpace(comment.charAt(at))) {
                at++;
            }
        }

        private static boolean isSpace(char c) {
            return c == ' ' || (c >= '\t' && c <= '\r');
        }

        private static boolean isKey(char c) {
            return !isSpace(c) && c != '\'' && c != '\\' && c != '=' && c != ',';
        }
    }
}
