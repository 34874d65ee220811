package io.millrace.clients.tables;

import io.millrace.tables.FieldType;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a table's value that a {@link RowFormat} keeps. A field is read from the row's bytes at each call. Immutable.
 *
 * <p>Each method throws an {@link IllegalArgumentException} if there is no field with the name, or if the field has another type.
 */
public final class Row {
    private final RowFields fields;
    private final byte[] entry;

    Row(RowFields fields, byte[] entry) {
        this.fields = fields;
        this.entry = entry;
    }

    /** The names of the fields, in the order of the format. */
    public Set<String> names() {
        return fields.names();
    }

    /** Whether a field is null. */
    public boolean isNull(String name) {
        return fields.layout().isNull(entry, fields.find(name));
    }

    /** A field of text, or null. */
    public @Nullable String text(String name) {
        return (String) read(name, FieldType.TEXT);
    }

    /** A field of bytes, which the caller may change, or null. */
    public byte @Nullable [] bytes(String name) {
        return (byte[]) read(name, FieldType.BYTES);
    }

    /**
     * A field of 32 bits.
     *
     * @throws NullPointerException if the field is null
     */
    public int int32(String name) {
        return (Integer) require(name, FieldType.INT32);
    }

    /**
     * A field of 64 bits.
     *
     * @throws NullPointerException if the field is null
     */
    public long int64(String name) {
        return (Long) require(name, FieldType.INT64);
    }

    /**
     * A field of double precision.
     *
     * @throws NullPointerException if the field is null
     */
    public double float64(String name) {
        return (Double) require(name, FieldType.FLOAT64);
    }

    /**
     * A field that is true or false.
     *
     * @throws NullPointerException if the field is null
     */
    public boolean bool(String name) {
        return (Boolean) require(name, FieldType.BOOLEAN);
    }

    private @Nullable Object read(String name, FieldType type) {
        return fields.layout().read(entry, fields.find(name, type));
    }

    private Object require(String name, FieldType type) {
        return Objects.requireNonNull(read(name, type), () -> "The field " + name + " is null; isNull shows that");
    }

    /** The names of the fields, without values. */
    @Override
    public String toString() {
        return "Row" + names();
    }
}
