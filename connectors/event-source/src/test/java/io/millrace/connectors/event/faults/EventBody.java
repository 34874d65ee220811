package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The body of an event as a text that two equal bodies share: fields in order, numbers without trailing zeros. */
final class EventBody {
    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .build();

    /** A text with a JSON document, which the database formats. */
    static final String DOCUMENT = "doc";
    /** A text with a moment, whose fraction may have zeros. */
    static final String MOMENT = "seen";

    private EventBody() {}

    /** The text of a body. */
    static String normalise(JsonNode body) {
        if (body.isObject()) {
            Map<String, String> fields = new TreeMap<>();
            body.properties()
                    .forEach(field -> fields.put(field.getKey(), normaliseField(field.getKey(), field.getValue())));
            return fields.toString();
        }
        if (body.isArray()) {
            return StreamSupport.stream(body.spliterator(), false)
                    .map(EventBody::normalise)
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        if (body.isNumber()) {
            BigDecimal number = body.decimalValue();
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        }
        return body.toString();
    }

    private static String normaliseField(String name, JsonNode value) {
        if (value.isTextual() && name.equals(DOCUMENT)) {
            try {
                return "document " + normalise(JSON.readTree(value.textValue()));
            } catch (JsonProcessingException e) {
                return "no document: " + value;
            }
        }
        return value.isTextual() && name.equals(MOMENT)
                ? Instant.parse(value.textValue()).toString()
                : normalise(value);
    }
}
