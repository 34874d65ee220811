package io.millrace.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

/** Keys and values of records as Connect's {@code JsonConverter} writes them, with or without a schema. For any thread. */
public final class RecordJson {
    /** A decimal keeps its zeros. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private RecordJson() {}

    /** The JSON without the envelope of its schema; a text that is not JSON, or null, as it is. */
    public static @Nullable String payloadOf(@Nullable String json) {
        if (json == null) {
            return null;
        }
        try {
            JsonNode node = JSON.readTree(json);
            return node.has("payload") ? node.path("payload").toString() : json;
        } catch (JsonProcessingException e) {
            return json;
        }
    }
}
