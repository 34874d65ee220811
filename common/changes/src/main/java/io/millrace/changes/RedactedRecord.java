package io.millrace.changes;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * A change whose value does not show {@code source.query}. The value without it is a copy that is made if the value is read:
 * by a converter, a predicate, another transform. {@code ToOfficialEvent} reads everything but that field and needs no copy,
 * which would cost more than all its other work.
 *
 * <p>In every other respect it is a source record: its schema, its value, its text and the results of {@link #newRecord} do
 * not have the query. It equals records of this class that show the same; a plain {@code SourceRecord} equals plain ones only.
 *
 * <p><b>Precondition:</b> the whole value does not change any more. Safe for use by many threads; each of them gets a value
 * that equals the others'.
 */
public final class RedactedRecord extends SourceRecord {
    private final Struct whole;
    private final Schema schema;
    private final UnaryOperator<Struct> removal;
    private volatile @Nullable Struct value;

    /**
     * The record with other headers and another value.
     *
     * @param record the record; its own value is not read
     * @param headers all headers of the new record
     * @param whole the value, with the query
     * @param schema the schema of the results of the removal
     * @param removal copies the whole value without the query; safe for use by many threads
     */
    @SuppressWarnings("NullAway") // The value's schema and the value are this class's own.
    public RedactedRecord(
            SourceRecord record, Iterable<Header> headers, Struct whole, Schema schema, UnaryOperator<Struct> removal) {
        super(
                record.sourcePartition(),
                record.sourceOffset(),
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                null,
                null,
                record.timestamp(),
                headers);
        this.whole = Objects.requireNonNull(whole);
        this.schema = schema;
        this.removal = removal;
    }

    /**
     * The record's value without a copy: with {@code source.query} if the record still has it and its value was not read yet.
     * After the value was read, it is the value that the reader got and may have changed.
     *
     * <p><b>Precondition:</b> the caller passes on rows and single fields of {@code source} only, never {@code source} itself
     * and never the value.
     */
    public static @Nullable Object readWholeValue(ConnectRecord<?> record) {
        if (!(record instanceof RedactedRecord redacted)) {
            return record.value();
        }
        Struct shown = redacted.value;
        return shown != null ? shown : redacted.whole;
    }

    @Override
    public Schema valueSchema() {
        return schema;
    }

    @Override
    public Object value() {
        Struct shortened = value;
        if (shortened == null) {
            shortened = removal.apply(whole);
            value = shortened;
        }
        return shortened;
    }

    /** The same record in Connect's own class. */
    private SourceRecord toPlainRecord() {
        return newRecord(topic(), kafkaPartition(), keySchema(), key(), schema, value(), timestamp(), headers());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof RedactedRecord record && toPlainRecord().equals(record.toPlainRecord()));
    }

    @Override
    public int hashCode() {
        return toPlainRecord().hashCode();
    }

    @Override
    public String toString() {
        return toPlainRecord().toString();
    }
}
