package io.millrace.clients.tables;

import io.millrace.tables.ByteWriter;
import io.millrace.tables.Entry;
import io.millrace.tables.FieldType;
import io.millrace.tables.UndecodableRecordException;
import io.millrace.tables.ValueFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps fields of the values of a topic, so that a large table stays small: an entry is one array with these fields, and the
 * rest of the value is not kept. A read returns a {@link Row}.
 *
 * <pre>{@code
 * RowFormat<Country> format = RowFormat.of(new CountryDeserializer())
 *         .text("name", Country::name)
 *         .int64("population", Country::population);
 * }</pre>
 *
 * A function that throws an exception makes the record undecodable. Immutable: each
 * method returns another format. The deserializer and the functions are called by the table's loader alone.
 *
 * @param <S> the type of the topic's values
 */
public final class RowFormat<S> implements ValueFormat<Row> {
    private final Deserializer<S> deserializer;
    private final Predicate<? super S> deleted;
    private final List<Extractor<S>> extractors;
    private final RowFields fields;

    /** Takes a field's value from a value of the topic. */
    private interface Extractor<S> {
        @Nullable
        Object extract(S value);
    }

    private RowFormat(
            Deserializer<S> deserializer,
            Predicate<? super S> deleted,
            List<Extractor<S>> extractors,
            RowFields fields) {
        this.deserializer = deserializer;
        this.deleted = deleted;
        this.extractors = extractors;
        this.fields = fields;
    }

    /** A format without fields: the table has keys alone. */
    public static <S> RowFormat<S> of(Deserializer<S> deserializer) {
        return new RowFormat<>(deserializer, value -> false, List.of(), RowFields.NONE);
    }

    /**
     * Adds a field of text.
     *
     * @param extractor returns the field's value, or null
     * @throws IllegalArgumentException if there is a field with this name
     */
    public RowFormat<S> text(String name, Function<? super S, ? extends @Nullable CharSequence> extractor) {
        return with(name, FieldType.TEXT, value -> {
            CharSequence text = extractor.apply(value);
            return text == null ? null : text.toString();
        });
    }

    /**
     * Adds a field of 32 bits.
     *
     * @param extractor returns the field's value, or null
     * @throws IllegalArgumentException if there is a field with this name
     */
    public RowFormat<S> int32(String name, Function<? super S, @Nullable Integer> extractor) {
        return with(name, FieldType.INT32, extractor::apply);
    }

    /**
     * Adds a field of 64 bits.
     *
     * @param extractor returns the field's value, or null
     * @throws IllegalArgumentException if there is a field with this name
     */
    public RowFormat<S> int64(String name, Function<? super S, @Nullable Long> extractor) {
        return with(name, FieldType.INT64, extractor::apply);
    }

    /**
     * Adds a field of double precision.
     *
     * @param extractor returns the field's value, or null
     * @throws IllegalArgumentException if there is a field with this name
     */
    public RowFormat<S> float64(String name, Function<? super S, @Nullable Double> extractor) {
        return with(name, FieldType.FLOAT64, extractor::apply);
    }

    /**
     * Adds a field that is true or false.
     *
     * @param extractor returns the field's value, or null
     * @throws IllegalArgumentException if there is a field with this name
     */
    public RowFormat<S> bool(String name, Function<? super S, @Nullable Boolean> extractor) {
        return with(name, FieldType.BOOLEAN, extractor::apply);
    }

    /**
     * Adds a field of bytes.
     *
     * @param extractor returns the field's value, or null
     * @throws IllegalArgumentException if there is a field with this name
     */
    public RowFormat<S> bytes(String name, Function<? super S, byte @Nullable []> extractor) {
        return with(name, FieldType.BYTES, extractor::apply);
    }

    /**
     * Treats values as tombstones, for a topic that marks what was deleted. Replaces an earlier condition.
     *
     * @param condition whether a value deletes its key
     */
    public RowFormat<S> deleteIf(Predicate<? super S> condition) {
        return new RowFormat<>(deserializer, condition, extractors, fields);
    }

    private RowFormat<S> with(String name, FieldType type, Extractor<S> extractor) {
        List<Extractor<S>> all = new ArrayList<>(extractors);
        all.add(extractor);
        return new RowFormat<>(deserializer, deleted, List.copyOf(all), fields.with(name, type));
    }

    @Override
    public boolean decode(String topic, Headers headers, ByteBuffer serialized, ByteWriter to) {
        S value = deserializer.deserialize(topic, headers, serialized.duplicate());
        if (value == null) {
            throw new UndecodableRecordException("its value is not a tombstone, and the deserializer returned null");
        }
        if (deleted.test(value)) {
            return false;
        }
        @Nullable Object[] values = new @Nullable Object[extractors.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = extractors.get(i).extract(value);
        }
        fields.layout().write(values, to);
        return true;
    }

    @Override
    public Row read(ByteBuffer kept) {
        return new Row(fields, Entry.ofValue(kept));
    }
}
