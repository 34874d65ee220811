package io.millrace.transforms.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;

/**
 * Writes the request context of changes into their headers, and takes the statement's text out of them. Never changes
 * the record it is given. For one thread.
 */
public final class ContextInjection {
    private final List<String> keys;
    /** The values of the keys in one record, kept for the room that they take. */
    private final String[] found;

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
        keys = settings.keys();
        found = new String[keys.size()];
        Refusals refusals = new Refusals();
        for (String source : settings.sources()) {
            sources.add(source(source, settings, refusals));
        }
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

    /** The record's headers with the context; null where there is none to add. */
    private Headers headers(ConnectRecord<?> record, Envelope change) {
        boolean any = false;
        for (int i = 0; i < found.length; i++) {
            found[i] = value(keys.get(i), record, change);
            any |= found[i] != null;
        }
        if (!any) {
            return null;
        }
        Headers headers = new ConnectHeaders();
        for (Header header : record.headers()) {
            int key = keys.indexOf(header.key());
            if (key < 0 || found[key] == null) {
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

    private String value(String key, ConnectRecord<?> record, Envelope change) {
        for (int i = 0; i < sources.size(); i++) {
            Optional<String> value = sources.get(i).value(key, record, change);
            if (value.isPresent()) {
                return value.get();
            }
        }
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
