package io.millrace.context;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.IdentityRecord;
import io.millrace.changes.LogicalMessage;
import io.millrace.changes.RedactedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes the request context of changes into their headers, and removes the statement's text. Never changes the record that
 * it is given. For use by one thread.
 */
public final class ContextInjection {
    private final List<String> keys;
    /** The values of the keys in one record, kept so that no record needs a list of its own. */
    private final @Nullable String[] found;

    /** The keys whose incoming headers are removed without a replacement. */
    private final boolean[] stale;

    private final List<ContextSource> sources;
    private final QueryRemoval queries = new QueryRemoval();
    private final ChangeReader change = new ChangeReader();

    /**
     * An injection with these options.
     *
     * @param options the text of {@link ContextOptions}, by name
     * @throws org.apache.kafka.common.config.ConfigException if an option is invalid
     */
    public ContextInjection(Map<String, ?> options) {
        AbstractConfig config = ContextOptions.OPTIONS.read(options);
        keys = orderKeys(ContextOptions.KEYS.get(config));
        found = new @Nullable String[keys.size()];
        stale = new boolean[keys.size()];
        SourceSettings settings = new SourceSettings(
                config, keys, new ValueLimit(ContextOptions.MAX_LENGTH.get(config)), new RefusedValueLog());
        sources = ContextOptions.SOURCES.get(config).stream()
                .map(ContextOptions::findSourceType)
                .map(type -> type.factory().apply(settings))
                .toList();
    }

    /** The trace state comes last, because it must come from the source of the trace parent. */
    private static List<String> orderKeys(List<String> keys) {
        List<String> ordered = new ArrayList<>(keys);
        if (ordered.remove(TraceContext.TRACESTATE)) {
            ordered.add(TraceContext.TRACESTATE);
        }
        return List.copyOf(ordered);
    }

    /**
     * Returns the record with its context in headers and without {@code source.query}; the record itself if neither changes
     * anything. A plain source record with schemas that loses the field becomes a {@link RedactedRecord}.
     *
     * @throws org.apache.kafka.connect.errors.DataException if a configured column has no text
     */
    public <R extends ConnectRecord<R>> R inject(R record) {
        try {
            boolean isEnvelope = change.read(record.value());
            if (isEnvelope && change.operation() == null) {
                LogicalMessage.find(record).ifPresent(this::observe);
            }
            Headers headers = isEnvelope && change.hasOperation() ? findHeaders(record) : null;
            return replace(record, headers);
        } finally {
            change.clear();
        }
    }

    /**
     * Takes a message of the source's log for the context of later changes, as {@link #inject} does.
     *
     * @return whether the message is nothing but a request's context
     */
    public boolean observe(LogicalMessage message) {
        boolean isContext = false;
        for (ContextSource source : sources) {
            isContext |= source.observe(message);
        }
        return isContext;
    }

    private <R extends ConnectRecord<R>> R replace(R record, @Nullable Headers headers) {
        // Another class may carry more than a record's parts, and makes its own copies.
        if (record instanceof SourceRecord source
                && (source.getClass() == SourceRecord.class || source instanceof IdentityRecord)
                && source.value() instanceof Struct whole) {
            QueryRemoval.StructCopy copy = queries.copyOf(whole.schema());
            if (!copy.changesNothing()) {
                // An R that is a SourceRecord is a ConnectRecord<SourceRecord>, so R is SourceRecord.
                @SuppressWarnings("unchecked")
                R redacted = (R) new RedactedRecord(source, orOwn(headers, record), whole, copy.target(), copy);
                return redacted;
            }
        }
        SchemaAndValue value = removeQuery(record.valueSchema(), record.value());
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

    private SchemaAndValue removeQuery(@Nullable Schema schema, @Nullable Object value) {
        if (value instanceof Struct struct) {
            QueryRemoval.StructCopy copy = queries.copyOf(struct.schema());
            return copy.changesNothing()
                    ? new SchemaAndValue(struct.schema(), struct)
                    : new SchemaAndValue(copy.target(), copy.apply(struct));
        }
        return new SchemaAndValue(schema, value instanceof Map<?, ?> map ? QueryRemoval.removeQuery(map) : value);
    }

    private static Headers orOwn(@Nullable Headers headers, ConnectRecord<?> record) {
        return headers == null ? record.headers().duplicate() : headers;
    }

    /** The record's headers with the context; null if there is nothing to change. */
    private @Nullable Headers findHeaders(ConnectRecord<?> record) {
        boolean any = false;
        boolean hasNewParent = false;
        List<ContextSource> tracing = keys.contains(TraceContext.TRACEPARENT) ? List.of() : sources;
        for (int i = 0; i < found.length; i++) {
            String key = keys.get(i);
            boolean state = key.equals(TraceContext.TRACESTATE);
            ContextSource source = findValue(i, state ? tracing : sources, record);
            if (source != null && key.equals(TraceContext.TRACEPARENT)) {
                tracing = List.of(source);
                hasNewParent = true;
            }
            // With a new parent, the incoming state would belong to another trace.
            stale[i] = state && hasNewParent && record.headers().lastWithName(key) != null;
            any |= found[i] != null || stale[i];
        }
        return any ? replaceHeaders(record.headers()) : null;
    }

    private Headers replaceHeaders(Headers incoming) {
        Headers headers = new ConnectHeaders();
        for (Header header : incoming) {
            int key = keys.indexOf(header.key());
            if (key < 0 || (found[key] == null && !stale[key])) {
                headers.add(header);
            }
        }
        for (int i = 0; i < found.length; i++) {
            String value = found[i];
            if (value != null) {
                headers.addString(keys.get(i), value);
            }
        }
        return headers;
    }

    /** Puts the key's value into {@link #found}; returns the source that had one, or null. */
    private @Nullable ContextSource findValue(int key, List<ContextSource> asked, ConnectRecord<?> record) {
        for (int i = 0; i < asked.size(); i++) {
            Optional<String> value = asked.get(i).find(keys.get(key), record, change);
            if (value.isPresent()) {
                found[key] = value.get();
                return asked.get(i);
            }
        }
        found[key] = null;
        return null;
    }

    /** The number of statements that were read, for tests. */
    long countStatementsRead() {
        return sources.stream()
                .filter(CommentSource.class::isInstance)
                .mapToLong(source -> ((CommentSource) source).statementsRead())
                .sum();
    }
}
