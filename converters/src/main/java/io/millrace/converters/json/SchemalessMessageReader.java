package io.millrace.converters.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.jspecify.annotations.Nullable;

/** Reads messages without schemas: objects are maps, integers longs, other numbers doubles. */
public final class SchemalessMessageReader implements MessageReader {
    @Override
    public @Nullable SchemaAndValue read(byte[] message) {
        try (JsonParser parser = Json.FACTORY.createParser(message)) {
            Object value = readValue(parser, parser.nextToken());
            return parser.nextToken() == null ? new SchemaAndValue(null, value) : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    @Override
    public void learn(byte[] message, @Nullable Schema schema) {
        // Messages without schemas are read without knowledge of others.
    }

    private static @Nullable Object readValue(JsonParser parser, JsonToken token) throws IOException {
        if (token == null) {
            throw new UnsupportedJsonException();
        }
        return switch (token) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> JsonNumbers.int64(parser);
            case VALUE_NUMBER_FLOAT -> JsonNumbers.float64(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new UnsupportedJsonException();
        };
    }

    private static Map<String, Object> readObject(JsonParser parser) throws IOException {
        Map<String, Object> object = new HashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            object.put(name, readValue(parser, parser.nextToken()));
        }
        return object;
    }

    private static List<Object> readArray(JsonParser parser) throws IOException {
        List<Object> array = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(readValue(parser, token));
        }
        return array;
    }
}
