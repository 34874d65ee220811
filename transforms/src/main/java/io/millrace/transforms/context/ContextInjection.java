package io.millrace.transforms.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.Headers;

/**
 * Writes the request context of changes into their headers, and takes the statement's text out of them. Never changes
 * the record it is given. For one thread.
 */
public final class ContextInjection {
    private final List<String> keys;
    private final List<ContextSource> sources = new ArrayList<>();
    private final QueryRemoval queries = new QueryRemoval();

    /**
     * An injection that does what these options say.
     *
     * @param options the text of {@link ContextOptions}, by name
     * @throws org.apache.kafka.common.config.ConfigException where an option is wrong
     */
    public ContextInjection(Map<String, ?> options) {
        ContextSettings settings = ContextSettings.of(options);
        keys = stateLast(settings.keys());
        Refusals refusals = new Refusals();
        for (String source : settings.sources()) {
            sources.add(source(source, settings, refusals));
        }
    }

    /** Which trace state is taken follows from where the trace parent came from. */
    private static List<String> stateLast(List<String> keys) {
        List<String> ordered = new ArrayList<>(keys);
        if (ordered.remove(TraceContext.TRACESTATE)) {
            ordered.add(TraceContext.TRACESTATE);
        }
        return List.copyOf(ordered);
    }

    private static ContextSource source(String name, ContextSettings settings, Refusals refusals) {
        ValueLimit limit = settings.limit();
        return switch (name) {
            case ContextOptions.SOURCE_HEADER -> new HeaderSource(settings.headerNames(), limit, refusals);
            case ContextOptions.SOURCE_COMMENT ->
                new CommentSource(settings.commentNames(), settings.sqlMode(), limit, refusals);
            case ContextOptions.SOURCE_COLUMN -> new ColumnSource(settings.columnNames(), limit, refusals);
            case ContextOptions.SOURCE_FIXED -> new FixedSource(settings.fixed());
            case ContextOptions.SOURCE_GENERATED -> new GeneratedSource(settings.generate());
            default -> throw new IllegalArgumentException(name);
        };
    }

    /**
     * The record with its context in headers and without {@code source.query}; the record itself where neither changes
     * anything.
     *
     * @throws org.apache.kafka.connect.errors.DataException where a configured column cannot become text
     */
    public <R extends ConnectRecord<R>> R inject(R record) {
        Optional<Envelope> found = Envelope.of(record);
        if (found.isEmpty()) {
            return record;
        }
        Envelope envelope = found.get();
        Headers headers = envelope.isChange() ? headers(record, envelope) : null;
        SchemaAndValue value = envelope.withoutQuery(queries);
        if (headers == null && value.value() == record.value()) {
            return record;
        }
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                value.schema(),
                value.value(),
                record.timestamp(),
                headers == null ? record.headers().duplicate() : headers);
    }

    /** The record's headers with the context; null where nothing changes. */
    private Headers headers(ConnectRecord<?> record, Envelope change) {
        Headers headers = null;
        List<ContextSource> tracing = keys.contains(TraceContext.TRACEPARENT) ? List.of() : sources;
        for (String key : keys) {
            boolean state = key.equals(TraceContext.TRACESTATE);
            Optional<String> value = Optional.empty();
            for (ContextSource source : state ? tracing : sources) {
                value = source.value(key, record, change);
                if (value.isPresent()) {
                    if (key.equals(TraceContext.TRACEPARENT)) {
                        tracing = List.of(source);
                    }
                    break;
                }
            }
            // Left there beside a new parent, the state would be another trace's.
            boolean stale = state && !tracing.isEmpty() && record.headers().lastWithName(key) != null;
            if (value.isPresent() || stale) {
                headers = headers == null ? record.headers().duplicate() : headers;
                headers.remove(key);
                if (value.isPresent()) {
                    headers.addString(key, value.get());
                }
            }
        }
        return headers;
    }

    /** How many times the text of a statement was read, for tests. */
    long statementsRead() {
        return sources.stream()
                .filter(CommentSource.class::isInstance)
                .mapToLong(source -> ((CommentSource) source).statementsRead())
                .sum();
    }
}
