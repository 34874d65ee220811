package io.millrace.converters.json;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.jspecify.annotations.Nullable;

/** Reads the values of one schema. Made once for a schema; safe for several threads. */
final class ValueReader {
    private final Schema schema;
    private final boolean replaceNullWithDefault;
    private final TokenReader content;

    /** Reads what is there, from a value's first token on, and leaves the parser at its last. */
    interface TokenReader {
        @Nullable
        Object read(JsonParser parser, JsonToken token) throws IOException;
    }

    private ValueReader(Schema schema, boolean replaceNullWithDefault, TokenReader content) {
        this.schema = schema;
        this.replaceNullWithDefault = replaceNullWithDefault;
        this.content = content;
    }

    /** Null if only JsonConverter reads values of this schema: maps whose keys are not strings, which are arrays in JSON. */
    static @Nullable ValueReader of(Schema schema, boolean replaceNullWithDefault) {
        TokenReader content = newTokenReader(schema, replaceNullWithDefault);
        return content == null ? null : new ValueReader(schema, replaceNullWithDefault, content);
    }

    /**
     * Reads the value that begins with the token; the parser is at its last token after it.
     *
     * @throws UnsupportedJsonException if JsonConverter has to decide
     */
    @Nullable
    Object read(JsonParser parser, @Nullable JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return absent();
        }
        if (token == null) {
            throw new UnsupportedJsonException();
        }
        return content.read(parser, token);
    }

    /** The value of a null and of a missing field. */
    @Nullable
    Object absent() throws IOException {
        if (replaceNullWithDefault && schema.defaultValue() != null) {
            return schema.defaultValue();
        }
        if (schema.isOptional()) {
            return null;
        }
        throw new UnsupportedJsonException();
    }

    private static @Nullable TokenReader newTokenReader(Schema schema, boolean replaceNullWithDefault) {
        TokenReader logical = schema.name() == null ? null : newLogicalReader(schema);
        if (logical != null) {
            return logical;
        }
        return switch (schema.type()) {
            case INT8 -> (parser, token) -> (byte) JsonNumbers.int32(parser);
            case INT16 -> (parser, token) -> (short) JsonNumbers.int32(parser);
            case INT32 -> (parser, token) -> JsonNumbers.int32(parser);
            case INT64 -> (parser, token) -> JsonNumbers.int64(parser);
            case FLOAT32 -> (parser, token) -> JsonNumbers.float32(parser);
            case FLOAT64 -> (parser, token) -> JsonNumbers.float64(parser);
            case BOOLEAN -> (parser, token) -> bool(token);
            case STRING -> ValueReader::text;
            case BYTES -> ValueReader::bytes;
            case ARRAY -> newArrayReader(of(schema.valueSchema(), replaceNullWithDefault));
            case MAP ->
                schema.keySchema().type() == Schema.Type.STRING
                        ? newMapReader(of(schema.valueSchema(), replaceNullWithDefault))
                        : null;
            case STRUCT -> StructReader.of(schema, replaceNullWithDefault);
        };
    }

    /** JsonConverter identifies these by their names. */
    private static @Nullable TokenReader newLogicalReader(Schema schema) {
        return switch (schema.name()) {
            case Decimal.LOGICAL_NAME ->
                (parser, token) ->
                        token.isNumeric() ? parser.getDecimalValue() : Decimal.toLogical(schema, bytes(parser, token));
            case Date.LOGICAL_NAME -> (parser, token) -> Date.toLogical(schema, JsonNumbers.int32(parser));
            case Time.LOGICAL_NAME -> (parser, token) -> Time.toLogical(schema, JsonNumbers.int32(parser));
            case Timestamp.LOGICAL_NAME -> (parser, token) -> Timestamp.toLogical(schema, JsonNumbers.int64(parser));
            default -> null;
        };
    }

    private static boolean bool(JsonToken token) throws IOException {
        if (!token.isBoolean()) {
            throw new UnsupportedJsonException();
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private static String text(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            throw new UnsupportedJsonException();
        }
        return parser.getText();
    }

    private static byte[] bytes(JsonParser parser, JsonToken token) throws IOException {
        String text = text(parser, token).trim();
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(text.length() * 3 / 4 + 4)) {
            Base64Variants.getDefaultVariant().decode(text, bytes);
            return bytes.toByteArray();
        } catch (IllegalArgumentException e) {
            throw new UnsupportedJsonException();
        }
    }

    private static @Nullable TokenReader newArrayReader(@Nullable ValueReader elements) {
        return elements == null
                ? null
                : (parser, token) -> {
                    if (token != JsonToken.START_ARRAY) {
                        throw new UnsupportedJsonException();
                    }
                    List<Object> array = new ArrayList<>();
                    for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                        array.add(elements.read(parser, next));
                    }
                    return array;
                };
    }

    private static @Nullable TokenReader newMapReader(@Nullable ValueReader values) {
        return values == null
                ? null
                : (parser, token) -> {
                    if (token != JsonToken.START_OBJECT) {
                        throw new UnsupportedJsonException();
                    }
                    Map<String, Object> map = new HashMap<>();
                    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                        map.put(name, values.read(parser, parser.nextToken()));
                    }
                    return map;
                };
    }
}
