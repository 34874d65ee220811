package io.millrace.client.context.kafka;

import io.millrace.client.context.ContextHeaders;
import io.millrace.client.context.RequestContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The context of a record, from its headers.
 *
 * <pre>{@code
 * for (ConsumerRecord<String, String> record : consumer.poll(timeout)) {
 *     RecordContext.runInContextOf(record, handler::handle);
 * }
 * }</pre>
 *
 * Of several headers with one name the last one counts, as everywhere in Kafka. A value that is not valid is ignored.
 */
public final class RecordContext {
    private RecordContext() {}

    /** The context of a record with the headers {@link ContextHeaders#records}. */
    public static RequestContext of(ConsumerRecord<?, ?> record) {
        return of(record, ContextHeaders.records());
    }

    /** The context of a record with these headers. */
    public static RequestContext of(ConsumerRecord<?, ?> record, ContextHeaders headers) {
        return headers.read(name -> readText(record.headers(), name));
    }

    /** Runs a handler in the context of the record. */
    public static <K extends @Nullable Object, V extends @Nullable Object> void runInContextOf(
            ConsumerRecord<K, V> record, Consumer<? super ConsumerRecord<K, V>> handler) {
        of(record).run(() -> handler.accept(record));
    }

    /** Runs a handler in the context of the record, and returns its result. */
    public static <K extends @Nullable Object, V extends @Nullable Object, R extends @Nullable Object>
            R applyInContextOf(ConsumerRecord<K, V> record, Function<? super ConsumerRecord<K, V>, R> handler) {
        return of(record).wrapSupplier(() -> handler.apply(record)).get();
    }

    /** All headers with a name. */
    static List<Header> findAll(Headers headers, String name) {
        List<Header> found = new ArrayList<>();
        headers.headers(name).forEach(found::add);
        return found;
    }

    private static List<String> readText(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? List.of()
                : List.of(new String(header.value(), StandardCharsets.UTF_8));
    }
}
