package io.millrace.connectors.redrive.letters;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Bytes of letters as texts. */
final class HeaderText {
    private static final JsonFactory JSON = new JsonFactory();
    private static final char REPLACEMENT = '\uFFFD';

    private HeaderText() {}

    /** The last value of a header; connectors add headers and replace none. */
    static Optional<String> find(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(decodeHeader(header.value()));
    }

    /** The number in the last value of a header: in decimal digits, or as 4 or 8 bytes, the highest one first. */
    static Optional<Long> findNumber(Headers headers, String name, boolean isBinary) {
        Header header = headers.lastHeader(name);
        if (header == null || header.value() == null) {
            return Optional.empty();
        }
        byte[] bytes = header.value();
        if (isBinary && bytes.length == Integer.BYTES) {
            return Optional.of((long) ByteBuffer.wrap(bytes).getInt());
        }
        if (isBinary && bytes.length == Long.BYTES) {
            return Optional.of(ByteBuffer.wrap(bytes).getLong());
        }
        try {
            return Optional.of(Long.valueOf(String.valueOf(decodeHeader(bytes))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A header converter that writes JSON puts texts in quotes. */
    static @Nullable String decodeHeader(byte @Nullable [] bytes) {
        String text = decodeBytes(bytes);
        if (text == null || text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            return text;
        }
        try (JsonParser parser = JSON.createParser(text)) {
            boolean isText = parser.nextToken() == JsonToken.VALUE_STRING;
            String value = isText ? parser.getText() : text;
            return isText && parser.nextToken() == null ? value : text;
        } catch (IOException e) {
            return text;
        }
    }

    /** The text, or base64 if the bytes are not text; null if there are none. */
    static @Nullable String decodeBytes(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        // The character stands for bytes that are not text, unless they contain it.
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return "base64:" + Base64.getEncoder().encodeToString(bytes);
        }
    }
}
