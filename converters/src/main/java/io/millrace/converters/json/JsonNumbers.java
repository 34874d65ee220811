package io.millrace.converters.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Reads numbers as {@code JsonConverter} does, which makes decimals of all numbers that are not integers. */
final class JsonNumbers {
    private JsonNumbers() {}

    /** The integer at the parser, which has at most 32 bits. */
    static int int32(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() == NumberType.INT) {
            return parser.getIntValue();
        }
        throw new UnsupportedJsonException();
    }

    /** The integer at the parser, which has at most 64 bits. */
    static long int64(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != NumberType.BIG_INTEGER) {
            return parser.getLongValue();
        }
        throw new UnsupportedJsonException();
    }

    static float float32(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            return parser.getDecimalValue().floatValue();
        }
        return int64(parser);
    }

    static double float64(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
            // Not getDoubleValue(), which returns a negative zero.
            return parser.getDecimalValue().doubleValue();
        }
        return int64(parser);
    }
}
