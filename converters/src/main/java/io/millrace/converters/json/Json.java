package io.millrace.converters.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;

/** How JSON is read here: as {@code JsonConverter} has Jackson read it, but for what it leaves to that converter anyway. */
final class Json {
    static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private Json() {}
}
