package io.millrace.expressions;

import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A table of reference data that expressions read by key: {@code lookup('countries', row.country).name}. A row is handed on
 * in the table's own form, so that a condition that reads a field of it allocates nothing. Safe for use by many threads.
 */
public interface LookupTable {
    /**
     * A field of the table's rows.
     *
     * @param schema the declared type
     */
    record Field(String name, Schema schema) {}

    /** The table's name in expressions. */
    String name();

    /** The fields of a row, each of which can be null. */
    List<Field> fields();

    /**
     * The row of a key in the table's own form, which is not changed, or null if there is none.
     *
     * @param key as Connect represents it: a scalar, or a list of scalars
     * @throws org.apache.kafka.connect.errors.DataException if it cannot be a key; the message does not contain it
     * @throws org.apache.kafka.connect.errors.ConnectException if the table cannot answer
     */
    byte @Nullable [] find(Object key);

    /** The place of the record that the row comes from, as {@code partition@offset}. */
    String place(byte[] row);

    /** The value of the row's field with this index, as Connect represents it. */
    @Nullable
    Object value(byte[] row, int field);

    /** Whether the row's field is null. */
    boolean isNull(byte[] row, int field);

    /** Whether the row's field, which is a string and not null, is this text. */
    boolean isText(byte[] row, int field, String text);

    /** The number in the row's field, which is an {@code int32} or {@code int64} and not null. */
    long integer(byte[] row, int field);
}
