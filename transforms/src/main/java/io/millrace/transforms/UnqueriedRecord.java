package io.millrace.transforms;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A change whose value shows nothing of {@code source.query}, and is copied without it only when somebody asks for the
 * value: a converter, a predicate, another transform. {@code ToOfficialEvent}, which reads all but that field, goes without
 * the copy, which would cost more than everything else that it does.
 *
 * <p>A record like every other: its schema, its value, its text and what {@link #newRecord} makes of them have no query. It
 * equals records of this class that show the same; a plain {@code SourceRecord} equals only plain ones.
 *
 * <p>The whole value must not change any more. Several threads may ask for the value; each gets one that is equal to the
 * others'.
 */
public final class UnqueriedRecord extends SourceRecord {
    private final Struct whole;
    private final Schema schema;
    private final UnaryOperator<Struct> removal;
    private volatile Struct value;

    /**
     * The record with other headers and another value.
     *
     * @param record what this is made of; its own value is not looked at
     * @param headers all headers that this has
     * @param whole the value, with the query
     * @param schema the schema of what the removal returns
     * @param removal copies the whole value without the query; for use by many threads
     */
    public UnqueriedRecord(
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
     * The record's value without making a copy: with {@code source.query} where the record still has it and nobody has asked
     * for the value yet. Behind somebody who has, it is the value that they saw and may have changed. Who asks for this hands
     * on the rows and single fields of {@code source}, never {@code source} and never the value.
     */
    public static Object wholeValue(ConnectRecord<?> record) {
        if (!(record instanceof UnqueriedRecord unqueried)) {
            return record.value();
        }
        Struct shown = unqueried.value;
        return shown != null ? shown : unqueried.whole;
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

    /** What this shows, as Connect's own class has it. */
    private SourceRecord plain() {
        return newRecord(topic(), kafkaPartition(), keySchema(), key(), schema, value(), timestamp(), headers());
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof UnqueriedRecord record && plain().equals(record.plain()));
    }

    @Override
    public int hashCode() {
        return plain().hashCode();
    }

    @Override
    public String toString() {
        return plain().toString();
    }
}
