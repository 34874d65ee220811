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

/** Reads the values of one schema. Made once for a schema; safe for several threads. */
final class ValueReader {
    private final Schema schema;
    private final boolean replaceNullWithDefault;
    private final Content content;

    /** Reads what is there, from a value's first token on, and leaves the parser at its last. */
    interface Content {
        Object read(JsonParser parser, JsonToken token) throws IOException;
    }

    private ValueReader(Schema schema, boolean replaceNullWithDefault, Content content) {
        this.schema = schema;
        this.replaceNullWithDefault = replaceNullWithDefault;
        this.content = content;
    }

    /** Null where values of this schema are JsonConverter's alone: maps whose keys are no strings are arrays in JSON. */
    static ValueReader of(Schema schema, boolean replaceNullWithDefault) {
        Content content = content(schema, replaceNullWithDefault);
        return content == null ? null : new ValueReader(schema, replaceNullWithDefault, content);
    }

    /**
     * Reads the value that begins with the token; the parser is at its last token after it.
     *
     * @throws OutOfOrdinary where JsonConverter has to decide
     */
    Object read(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return absent();
        }
        if (token == null) {
            throw new OutOfOrdinary();
        }
        return content.read(parser, token);
    }

    /** What stands for a null, and for a field that is not there. */
    Object absent() throws IOException {
        if (replaceNullWithDefault && schema.defaultValue() != null) {
            return schema.defaultValue();
        }
        if (schema.isOptional()) {
            return null;
        }
        throw new OutOfOrdinary();
    }

    private static Content content(Schema schema, boolean replaceNullWithDefault) {
        Content logical = schema.name() == null ? null : logical(schema);
        if (logical != null) {
            return logical;
        }
        return switch (schema.type()) {
            case INT8 -> (parser, token) -> (byte) Numbers.int32(parser);
            case INT16 -> (parser, token) -> (short) Numbers.int32(parser);
            case INT32 -> (parser, token) -> Numbers.int32(parser);
            case INT64 -> (parser, token) -> Numbers.int64(parser);
            case FLOAT32 -> (parser, token) -> Numbers.float32(parser);
            case FLOAT64 -> (parser, token) -> Numbers.float64(parser);
            case BOOLEAN -> (parser, token) -> bool(token);
            case STRING -> ValueReader::text;
            case BYTES -> ValueReader::bytes;
            case ARRAY -> array(of(schema.valueSchema(), replaceNullWithDefault));
            case MAP ->
                schema.keySchema().type() == Schema.Type.STRING
                        ? map(of(schema.valueSchema(), replaceNullWithDefault))
                        : null;
            case STRUCT -> StructReader.of(schema, replaceNullWithDefault);
        };
    }

    /** JsonConverter knows these by their names. */
    private static Content logical(Schema schema) {
        return switch (schema.name()) {
            case Decimal.LOGICAL_NAME ->
                (parser, token) ->
                        token.isNumeric() ? parser.getDecimalValue() : Decimal.toLogical(schema, bytes(parser, token));
            case Date.LOGICAL_NAME -> (parser, token) -> Date.toLogical(schema, Numbers.int32(parser));
            case Time.LOGICAL_NAME -> (parser, token) -> Time.toLogical(schema, Numbers.int32(parser));
            case Timestamp.LOGICAL_NAME -> (parser, token) -> Timestamp.toLogical(schema, Numbers.int64(parser));
            default -> null;
        };
    }

    private static boolean bool(JsonToken token) throws IOException {
        if (!token.isBoolean()) {
            throw new OutOfOrdinary();
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private static String text(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            throw new OutOfOrdinary();
        }
        return parser.getText();
    }

    private static byte[] bytes(JsonParser parser, JsonToken token) throws IOException {
        String text = text(parser, token).trim();
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(text.length() * 3 / 4 + 4)) {
            Base64Variants.getDefaultVariant().decode(text, bytes);
            return bytes.toByteArray();
        } catch (IllegalArgumentException e) {
            throw new OutOfOrdinary();
        }
    }

    private static Content array(ValueReader elements) {
        return elements == null
                ? null
                : (parser, token) -> {
                    if (token != JsonToken.START_ARRAY) {
                        throw new OutOfOrdinary();
                    }
                    List<Object> array = new ArrayList<>();
                    for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                        array.add(elements.read(parser, next));
                    }
                    return array;
                };
    }

    private static Content map(ValueReader values) {
        return values == null
                ? null
                : (parser, token) -> {
                    if (token != JsonToken.START_OBJECT) {
                        throw new OutOfOrdinary();
                    }
                    Map<String, Object> map = new HashMap<>();
                    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                        map.put(name, values.read(parser, parser.nextToken()));
                    }
                    return map;
                };
    }
}
