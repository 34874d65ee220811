package io.millrace.transforms.context;

import io.millrace.transforms.UnqueriedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Writes the request context of changes into their headers, and takes the statement's text out of them. Never changes
 * the record it is given. For one thread.
 */
public final class ContextInjection {
    private final List<String> keys;
    /** The values of the keys in one record, kept for the room that they take. */
    private final String[] found;

    /** Which keys' incoming headers must go although nothing takes their place. */
    private final boolean[] stale;

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
        found = new String[keys.size()];
        stale = new boolean[keys.size()];
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
     * anything. A plain source record with schemas that loses the field is an {@link UnqueriedRecord} then.
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
        // A class of its own may carry more than a record's parts, and makes its own copies.
        if (record instanceof SourceRecord source
                && source.getClass() == SourceRecord.class
                && source.value() instanceof Struct whole) {
            QueryRemoval.Copy copy = queries.copy(whole.schema());
            if (!copy.changesNothing()) {
                // An R that is a SourceRecord is a ConnectRecord<SourceRecord>, so R is SourceRecord.
                @SuppressWarnings("unchecked")
                R unqueried = (R) new UnqueriedRecord(source, orOwn(headers, record), whole, copy.target(), copy);
                return unqueried;
            }
        }
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
                orOwn(headers, record));
    }

    private static Headers orOwn(Headers headers, ConnectRecord<?> record) {
        return headers == null ? record.headers().duplicate() : headers;
    }

    /** The record's headers with the context; null where nothing changes. */
    private Headers headers(ConnectRecord<?> record, Envelope change) {
        boolean any = false;
        List<ContextSource> tracing = keys.contains(TraceContext.TRACEPARENT) ? List.of() : sources;
        for (int i = 0; i < found.length; i++) {
            String key = keys.get(i);
            boolean state = key.equals(TraceContext.TRACESTATE);
            ContextSource source = find(i, state ? tracing : sources, record, change);
            if (source != null && key.equals(TraceContext.TRACEPARENT)) {
                tracing = List.of(source);
            }
            // Left there beside a new parent, the state would be another trace's.
            stale[i] = state && !tracing.isEmpty() && record.headers().lastWithName(key) != null;
            any |= found[i] != null || stale[i];
        }
        if (!any) {
            return null;
        }
        Headers headers = new ConnectHeaders();
        for (Header header : record.headers()) {
            int key = keys.indexOf(header.key());
            if (key < 0 || (found[key] == null && !stale[key])) {
                headers.add(header);
            }
        }
        for (int i = 0; i < found.length; i++) {
            if (found[i] != null) {
                headers.addString(keys.get(i), found[i]);
            }
        }
        return headers;
    }

    /** Puts the key's value into its place; says which source had one, or null. */
    private ContextSource find(int key, List<ContextSource> asked, ConnectRecord<?> record, Envelope change) {
        for (int i = 0; i < asked.size(); i++) {
            Optional<String> value = asked.get(i).value(keys.get(key), record, change);
            if (value.isPresent()) {
                found[key] = value.get();
                return asked.get(i);
            }
        }
        found[key] = null;
        return null;
    }

    /** How many times the text of a statement was read, for tests. */
    long statementsRead() {
        return sources.stream()
                .filter(CommentSource.class::isInstance)
                .mapToLong(source -> ((CommentSource) source).statementsRead())
                .sum();
    }
}
