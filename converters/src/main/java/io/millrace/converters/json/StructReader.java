package io.millrace.converters.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Reads an object into a {@link Struct}. Fields are expected in the schema's order, as JsonConverter writes them, for then
 * their names are compared and not looked up; any order is right.
 */
final class StructReader implements ValueReader.TokenReader {
    private static final int END = -1;
    private static final int UNKNOWN = -2;

    private final Schema schema;
    private final Field[] fields;
    private final ValueReader[] readers;
    private final SerializedString[] names;
    private final Map<String, Integer> indexes = new HashMap<>();

    private StructReader(Schema schema, List<ValueReader> readers) {
        this.schema = schema;
        this.fields = schema.fields().toArray(Field[]::new);
        this.readers = readers.toArray(ValueReader[]::new);
        this.names = new SerializedString[fields.length];
        for (Field field : fields) {
            names[field.index()] = new SerializedString(field.name());
            indexes.put(field.name(), field.index());
        }
    }

    /** Null if a field is JsonConverter's alone. */
    static @Nullable StructReader of(Schema schema, boolean replaceNullWithDefault) {
        List<ValueReader> readers = schema.fields().stream()
                .map(field -> ValueReader.of(field.schema(), replaceNullWithDefault))
                .toList();
        return readers.contains(null) ? null : new StructReader(schema, readers);
    }

    @Override
    public Object read(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            throw new UnsupportedJsonException();
        }
        Struct struct = new Struct(schema);
        boolean[] seen = new boolean[fields.length];
        int found = 0;
        int expected = 0;
        while (true) {
            int index = nextField(parser, expected);
            if (index == END) {
                break;
            }
            if (index == UNKNOWN) {
                readUnknown(parser);
                continue;
            }
            if (seen[index]) {
                throw new UnsupportedJsonException();
            }
            seen[index] = true;
            found++;
            struct.put(fields[index], readers[index].read(parser, parser.nextToken()));
            expected = index + 1;
        }
        if (found < fields.length) {
            for (int i = 0; i < fields.length; i++) {
                if (!seen[i]) {
                    struct.put(fields[i], readers[i].absent());
                }
            }
        }
        return struct;
    }

    /** Moves to the next field's name; returns its index. */
    private int nextField(JsonParser parser, int expected) throws IOException {
        if (expected < fields.length) {
            if (parser.nextFieldName(names[expected])) {
                return expected;
            }
        } else {
            parser.nextToken();
        }
        if (parser.currentToken() == JsonToken.END_OBJECT) {
            return END;
        }
        return indexes.getOrDefault(parser.currentName(), UNKNOWN);
    }

    /**
     * Reads a value that is not in the schema, because JsonConverter also refuses a message for an invalid number or
     * text in such a value.
     */
    private static void readUnknown(JsonParser parser) throws IOException {
        int depth = 0;
        do {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new UnsupportedJsonException();
            }
            switch (token) {
                case START_OBJECT, START_ARRAY -> depth++;
                case END_OBJECT, END_ARRAY -> depth--;
                case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
                case VALUE_NUMBER_INT -> parser.getNumberValue();
                case VALUE_STRING -> parser.getText();
                default -> {
                    // Names, and values that are always right.
                }
            }
        } while (depth > 0);
    }
}
