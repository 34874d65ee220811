package io.millrace.connectors.projection.kind;

import io.millrace.events.EventHeaders;
import io.millrace.expressions.Scope;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * The values of the {@link ProjectionVariables} in one record, and in a part of it: an element of an array, or a state.
 * Topic, partition and offset are the original ones, which transforms cannot have changed. A record without a timestamp
 * has -1. Reused for one record after the other. For one thread.
 */
public final class RecordScope implements Scope {
    private static final Schema HEADERS_SCHEMA =
            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA).build();

    private @Nullable SinkRecord record;
    private @Nullable Map<String, String> headers;
    private @Nullable Object part;
    private @Nullable Schema partSchema;

    /** Moves to this record. */
    public RecordScope of(SinkRecord newRecord) {
        record = newRecord;
        headers = null;
        return ofPart(null, null);
    }

    /** Moves to this part of the record, or to this group. */
    public RecordScope ofPart(@Nullable Schema schema, @Nullable Object newPart) {
        partSchema = schema;
        part = newPart;
        return this;
    }

    public SinkRecord record() {
        return Objects.requireNonNull(record);
    }

    @Override
    public @Nullable Object value(int variable) {
        return switch (variable) {
            case ProjectionVariables.KEY -> record().key();
            case ProjectionVariables.VALUE -> record().value();
            case ProjectionVariables.HEADERS -> headers();
            case ProjectionVariables.TOPIC -> record().originalTopic();
            case ProjectionVariables.PARTITION -> (long) record().originalKafkaPartition();
            case ProjectionVariables.OFFSET -> record().originalKafkaOffset();
            case ProjectionVariables.TIMESTAMP -> record().timestamp() == null ? -1L : record().timestamp();
            case ProjectionVariables.PART -> part;
            default -> throw new IllegalArgumentException("No variable has the index " + variable);
        };
    }

    @Override
    public @Nullable Schema schema(int variable) {
        return switch (variable) {
            case ProjectionVariables.KEY -> record().keySchema();
            case ProjectionVariables.VALUE -> record().valueSchema();
            case ProjectionVariables.HEADERS -> HEADERS_SCHEMA;
            case ProjectionVariables.TOPIC -> Schema.STRING_SCHEMA;
            case ProjectionVariables.PARTITION, ProjectionVariables.OFFSET, ProjectionVariables.TIMESTAMP ->
                Schema.INT64_SCHEMA;
            case ProjectionVariables.PART -> partSchema;
            default -> throw new IllegalArgumentException("No variable has the index " + variable);
        };
    }

    /** A column takes what an expression makes, with or without schemas in the record. */
    @Override
    public boolean structured() {
        return true;
    }

    /** A column keeps more digits of a moment than Connect's timestamps. */
    @Override
    public boolean keepsNanoseconds() {
        return true;
    }

    private Map<String, String> headers() {
        Map<String, String> texts = headers;
        if (texts == null) {
            texts = EventHeaders.texts(record().headers());
            headers = texts;
        }
        return texts;
    }
}
