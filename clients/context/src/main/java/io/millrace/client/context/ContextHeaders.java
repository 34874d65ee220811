package io.millrace.client.context;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The allow-list of the keys that a service takes from incoming headers and writes into outgoing ones, with the name of each key's
 * header. Immutable.
 *
 * <p>What headers contain is not trusted: a header is taken only if its key is in the list and its value is valid
 * ({@link ContextKeys}). Anyone can send any header, so {@link #http} does not contain {@code userId}; the filters take it from the
 * authenticated user.
 */
public final class ContextHeaders {
    private static final ContextHeaders HTTP = new ContextHeaders(Map.of())
            .with(ContextKeys.REQUEST_ID, "X-Request-Id")
            .with(ContextKeys.TRACEPARENT)
            .with(ContextKeys.TRACESTATE)
            .with(ContextKeys.BAGGAGE);
    private static final ContextHeaders RECORDS = new ContextHeaders(Map.of())
            .with(ContextKeys.REQUEST_ID)
            .with(ContextKeys.USER_ID)
            .with(ContextKeys.TRACEPARENT)
            .with(ContextKeys.TRACESTATE)
            .with(ContextKeys.BAGGAGE);

    private final Map<String, String> names;

    private ContextHeaders(Map<String, String> names) {
        this.names = Collections.unmodifiableMap(names);
    }

    /** {@code X-Request-Id} for {@code requestId}; {@code traceparent}, {@code tracestate} and {@code baggage}. */
    public static ContextHeaders http() {
        return HTTP;
    }

    /**
     * {@code requestId}, {@code userId}, {@code traceparent}, {@code tracestate} and {@code baggage}, in headers of these names: those
     * that {@code InjectContext} writes.
     */
    public static ContextHeaders records() {
        return RECORDS;
    }

    /**
     * This list and another key, whose header has the key's name.
     *
     * @throws IllegalArgumentException if the key is not valid, or the list has {@link ContextKeys#MAX_KEYS} keys
     */
    public ContextHeaders with(String key) {
        return with(key, key);
    }

    /**
     * This list and another key; of a key that is in the list, its new name.
     *
     * @param name the header's name, of the characters of a key
     * @throws IllegalArgumentException if key or name is not valid, or the list has {@link ContextKeys#MAX_KEYS} keys
     */
    public ContextHeaders with(String key, String name) {
        Map<String, String> more = new LinkedHashMap<>(names);
        more.put(ContextKeys.requireKey(key), ContextKeys.requireKey(name));
        if (more.size() > ContextKeys.MAX_KEYS) {
            throw new IllegalArgumentException("A request's context has at most " + ContextKeys.MAX_KEYS + " keys");
        }
        return new ContextHeaders(more);
    }

    /** This list without a key. */
    public ContextHeaders without(String key) {
        Map<String, String> fewer = new LinkedHashMap<>(names);
        fewer.remove(key);
        return new ContextHeaders(fewer);
    }

    /** The names of the headers by their keys. */
    public Map<String, String> names() {
        return names;
    }

    /**
     * Reads the context. Several headers {@code tracestate} or {@code baggage} are one list, as HTTP defines it; any other header
     * that is there more than once is ignored.
     *
     * @param valuesOf returns the values of all headers with a name, without the values that are null; null if there are none
     */
    public RequestContext read(Function<String, ? extends @Nullable List<String>> valuesOf) {
        RequestContext.Builder builder = RequestContext.builder();
        names.forEach((key, name) -> {
            List<String> values = valuesOf.apply(name);
            if (values != null && !values.isEmpty()) {
                readValues(key, values, builder);
            }
        });
        return builder.build();
    }

    private static void readValues(String key, List<String> values, RequestContext.Builder builder) {
        boolean isList = key.equals(ContextKeys.TRACESTATE) || key.equals(ContextKeys.BAGGAGE);
        if (values.size() > 1 && !isList) {
            RefusedValues.count(key, "the header is a duplicate");
        } else {
            builder.put(key, values.size() == 1 ? values.get(0) : String.join(",", values));
        }
    }

    /**
     * Writes the context's values of the keys in this list.
     *
     * @param header takes a header's name and its value
     */
    public void write(RequestContext context, BiConsumer<String, String> header) {
        names.forEach((key, name) -> {
            String value = context.values().get(key);
            if (value != null) {
                header.accept(name, value);
            }
        });
    }

    /**
     * Writes the id of the request, for a response.
     *
     * @param header takes the header's name and the id
     */
    public void writeRequestId(RequestContext context, BiConsumer<String, String> header) {
        String name = names.get(ContextKeys.REQUEST_ID);
        if (name != null) {
            context.requestId().ifPresent(id -> header.accept(name, id));
        }
    }
}
