package io.millrace.expressions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON text into maps, lists, strings, longs, {@code BigInteger}s, {@code BigDecimal}s, booleans and nulls. Only
 * the value at the requested path is built; the rest of a large document is skipped.
 */
final class JsonDocument {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonDocument() {}

    /** The value at the path in the text; null if a step is missing. */
    static @Nullable Object readPath(String text, String... steps) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            JsonToken token = parser.nextToken();
            for (int i = 0; i < steps.length; i++) {
                if (token != JsonToken.START_OBJECT || !findMember(parser, steps[i])) {
                    return null;
                }
                token = parser.nextToken();
            }
            return parseValue(parser, token);
        } catch (JsonProcessingException e) {
            // Without the cause: its message quotes the document.
            throw new DataException("The text is not valid JSON at "
                    + (e.getLocation() == null
                            ? "its end"
                            : "character " + e.getLocation().getCharOffset()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean findMember(JsonParser parser, String name) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            if (parser.currentName().equals(name)) {
                return true;
            }
            parser.nextToken();
            parser.skipChildren();
        }
        return false;
    }

    private static @Nullable Object parseValue(JsonParser parser, @Nullable JsonToken token) throws IOException {
        if (token == null) {
            throw new DataException("The text ends where a JSON value is expected");
        }
        return switch (token) {
            case START_OBJECT -> parseObject(parser);
            case START_ARRAY -> parseArray(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parseInteger(parser);
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new DataException("The text has " + token + " where a JSON value is expected");
        };
    }

    private static Number parseInteger(JsonParser parser) throws IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            return parser.getBigIntegerValue();
        }
        return parser.getLongValue();
    }

    private static Map<String, @Nullable Object> parseObject(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            object.put(name, parseValue(parser, parser.nextToken()));
        }
        return object;
    }

    private static List<@Nullable Object> parseArray(JsonParser parser) throws IOException {
        List<@Nullable Object> array = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(parseValue(parser, token));
        }
        return array;
    }
}
