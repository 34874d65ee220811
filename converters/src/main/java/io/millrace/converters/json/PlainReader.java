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

/** Reads messages without schemas: objects are maps, integers longs, other numbers doubles. */
public final class PlainReader implements MessageReader {
    @Override
    public SchemaAndValue read(byte[] message) {
        try (JsonParser parser = Json.FACTORY.createParser(message)) {
            Object value = value(parser, parser.nextToken());
            return parser.nextToken() == null ? new SchemaAndValue(null, value) : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    @Override
    public void learn(byte[] message, Schema schema) {
        // There is no schema to know again.
    }

    private static Object value(JsonParser parser, JsonToken token) throws IOException {
        if (token == null) {
            throw new OutOfOrdinary();
        }
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> Numbers.int64(parser);
            case VALUE_NUMBER_FLOAT -> Numbers.float64(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new OutOfOrdinary();
        };
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> object = new HashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            object.put(name, value(parser, parser.nextToken()));
        }
        return object;
    }

    private static List<Object> array(JsonParser parser) throws IOException {
        List<Object> array = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(parser, token));
        }
        return array;
    }
}
