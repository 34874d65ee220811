package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.definition.ProjectionVariables;
import io.millrace.events.EventHeaders;
import io.millrace.expressions.Scope;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * What the {@link ProjectionVariables} stand for in one record, and in a part of it: an element of an array, or a
 * state. Topic, partition
 * and offset are the original ones, which transforms cannot have changed. A record without a timestamp has -1. Used again
 * for record after record; not safe for use by many threads.
 */
public final class RecordScope implements Scope {
    private static final Schema HEADERS_SCHEMA =
            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA).build();

    private SinkRecord record;
    private Map<String, String> headers;
    private Object part;
    private Schema partSchema;

    /** From now on speaks of this record. */
    public RecordScope of(SinkRecord newRecord) {
        record = newRecord;
        headers = null;
        return ofPart(null, null);
    }

    /** From now on speaks of this part of the record, or of this group. */
    public RecordScope ofPart(Schema schema, Object newPart) {
        partSchema = schema;
        part = newPart;
        return this;
    }

    public SinkRecord record() {
        return record;
    }

    @Override
    public Object value(int variable) {
        return switch (variable) {
            case ProjectionVariables.KEY -> record.key();
            case ProjectionVariables.VALUE -> record.value();
            case ProjectionVariables.HEADERS -> headers();
            case ProjectionVariables.TOPIC -> record.originalTopic();
            case ProjectionVariables.PARTITION -> (long) record.originalKafkaPartition();
            case ProjectionVariables.OFFSET -> record.originalKafkaOffset();
            case ProjectionVariables.TIMESTAMP -> record.timestamp() == null ? -1L : record.timestamp();
            case ProjectionVariables.PART -> part;
            default -> throw new IllegalArgumentException("No variable has the index " + variable);
        };
    }

    @Override
    public Schema schema(int variable) {
        return switch (variable) {
            case ProjectionVariables.KEY -> record.keySchema();
            case ProjectionVariables.VALUE -> record.valueSchema();
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

    private Map<String, String> headers() {
        if (headers == null) {
            headers = EventHeaders.texts(record.headers());
        }
        return headers;
    }
}
