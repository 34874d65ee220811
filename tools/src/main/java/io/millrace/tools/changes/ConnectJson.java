package io.millrace.tools.changes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.millrace.tools.input.UsageException;
import java.io.IOException;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.json.JsonConverter;
import org.jspecify.annotations.Nullable;

/**
 * Connect's data as Connect's own JsonConverter writes them. JSON with the two members {@code schema} and {@code payload}
 * is read with its schema, everything else without.
 */
public final class ConnectJson {
    /** Keeps every digit of a decimal. */
    public static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final ObjectWriter PRETTY = MAPPER.writer(new DefaultPrettyPrinter(
                    Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n")));

    private final JsonConverter withSchema = createConverter(true, "BASE64");
    private final JsonConverter plain;

    /**
     * With the format of decimals without a schema.
     *
     * @param decimalFormat {@code NUMERIC} or {@code BASE64}
     */
    public ConnectJson(String decimalFormat) {
        plain = createConverter(false, decimalFormat);
    }

    private static JsonConverter createConverter(boolean schemas, String decimalFormat) {
        JsonConverter converter = new JsonConverter();
        converter.configure(
                Map.of("schemas.enable", Boolean.toString(schemas), "decimal.format", decimalFormat), false);
        return converter;
    }

    /** The data of the JSON. */
    public SchemaAndValue readData(@Nullable JsonNode json) {
        if (json == null || json.isNull() || json.isMissingNode()) {
            return SchemaAndValue.NULL;
        }
        try {
            byte[] bytes = MAPPER.writeValueAsBytes(json);
            return (hasSchema(json) ? withSchema : plain).toConnectData("", bytes);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON that was read can be written", e);
        }
    }

    private static boolean hasSchema(JsonNode json) {
        return json.isObject() && json.size() == 2 && json.has("schema") && json.has("payload");
    }

    /** The JSON with schema and data, or of the data only if there is no schema. */
    public JsonNode writeData(Schema schema, Object value) {
        return parseNode((schema == null ? plain : withSchema).fromConnectData("", schema, value));
    }

    /** The JSON of the data alone. */
    public JsonNode writePlain(Schema schema, Object value) {
        return parseNode(plain.fromConnectData("", schema, value));
    }

    private static JsonNode parseNode(byte[] json) {
        if (json == null) {
            return JsonNodeFactory.instance.nullNode();
        }
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException("The converter wrote no JSON", e);
        }
    }

    /** The JSON as text for people, the same on every platform. */
    public static String prettyPrint(JsonNode json) {
        try {
            return PRETTY.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of JSON can be written", e);
        }
    }

    /** Reads a text; throws {@link UsageException} naming the place of the invalid JSON. */
    static JsonNode parseText(String place, byte[] text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UsageException(place + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UsageException(place + " cannot be read: " + e, e);
        }
    }
}
