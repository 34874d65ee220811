package io.millrace.client.context.kafka;

import io.millrace.client.context.ContextHeaders;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** The options of the interceptors. */
final class ContextInterceptorOptions {
    /** More keys than those of {@link ContextHeaders#records}. */
    static final String KEYS = "millrace.context.keys";

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    KEYS,
                    ConfigDef.Type.LIST,
                    "",
                    ConfigDef.Importance.MEDIUM,
                    "More keys of the request's context, each in a header of its name, than requestId, userId, traceparent,"
                            + " tracestate and baggage.");

    private ContextInterceptorOptions() {}

    /**
     * The headers that the options allow.
     *
     * @throws ConfigException if a key is not valid
     */
    static ContextHeaders readHeaders(Map<String, ?> options) {
        ContextHeaders headers = ContextHeaders.records();
        for (String key : new AbstractConfig(DEFINITION, options, false).getList(KEYS)) {
            try {
                headers = headers.with(key);
            } catch (IllegalArgumentException e) {
                throw new ConfigException(KEYS, key, e.getMessage());
            }
        }
        return headers;
    }
}
