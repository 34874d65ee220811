package io.millrace.tables;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the fields of a table's values lie in its entries. A field is read without parsing the others, and compared without
 * making an object of it.
 *
 * <pre>
 * row     = presence[ceil(n / 8)] { fixed } { varying }
 * fixed   = the value of a field of a fixed width, big-endian; zeros if it is null
 * varying = varint { byte }                  UTF-8 or bytes, after their length; nothing if it is null
 * </pre>
 *
 * Bit i % 8 of presence byte i / 8 is set if field i is not null. Immutable; safe for use by many threads.
 */
public final class RowLayout {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final FieldType[] types;
    /** The distance of a field of a fixed width from the row's start. */
    private final int[] places;

    private final int firstVarying;

    /** Rows with fields of these types. */
    public RowLayout(List<FieldType> types) {
        this.types = types.toArray(FieldType[]::new);
        this.places = new int[this.types.length];
        int at = (this.types.length + Byte.SIZE - 1) / Byte.SIZE;
        for (int i = 0; i < places.length; i++) {
            places[i] = at;
            at += this.types[i].width();
        }
        this.firstVarying = at;
    }

    /**
     * Writes a row.
     *
     * @param values a {@link Boolean}, {@link Integer}, {@link Long}, {@link Double}, {@link String} or {@code byte[]} for
     *     each field, according to its type, or null
     */
    public void write(@Nullable Object[] values, ByteWriter to) {
        for (int i = 0; i < types.length; i += Byte.SIZE) {
            int bits = 0;
            for (int bit = 0; bit < Byte.SIZE && i + bit < types.length; bit++) {
                bits |= (values[i + bit] == null ? 0 : 1) << bit;
            }
            to.writeByte(bits);
        }
        for (int i = 0; i < types.length; i++) {
            writeFixed(types[i], values[i], to);
        }
        ByteWriter text = null;
        for (int i = 0; i < types.length; i++) {
            if (values[i] instanceof byte[] bytes) {
                to.writeVarint(bytes.length).writeBytes(bytes, 0, bytes.length);
            } else if (values[i] instanceof String string) {
                text = text == null ? new ByteWriter() : text;
                text.clear().writeText(string);
                to.writeVarint(text.length()).writeBytes(text.array(), 0, text.length());
            }
        }
    }

    private static void writeFixed(FieldType type, @Nullable Object value, ByteWriter to) {
        switch (type) {
            case BOOLEAN -> to.writeByte(Boolean.TRUE.equals(value) ? 1 : 0);
            case INT32 -> to.writeInt(value == null ? 0 : (Integer) value);
            case INT64 -> to.writeLong(value == null ? 0 : (Long) value);
            case FLOAT64 -> to.writeLong(value == null ? 0 : Double.doubleToRawLongBits((Double) value));
            case TEXT, BYTES -> {}
        }
    }

    /** Whether a field of an entry is null. */
    public boolean isNull(byte[] entry, int field) {
        return isNull(entry, Entry.valueAt(entry), field);
    }

    private static boolean isNull(byte[] entry, int row, int field) {
        return (entry[row + field / Byte.SIZE] & (1 << field % Byte.SIZE)) == 0;
    }

    /** The value of a field of an entry, of the type that {@link #write} accepts for it. */
    public @Nullable Object read(byte[] entry, int field) {
        if (isNull(entry, field)) {
            return null;
        }
        return switch (types[field]) {
            case BOOLEAN -> entry[Entry.valueAt(entry) + places[field]] == 1;
            case INT32 -> (Integer) (int) readInteger(entry, field);
            case INT64 -> readInteger(entry, field);
            case FLOAT64 -> Double.longBitsToDouble(readLong(entry, field));
            case TEXT -> {
                int at = findVarying(entry, field);
                int from = at + Varint.length(entry, at);
                yield new String(entry, from, (int) Varint.read(entry, at), StandardCharsets.UTF_8);
            }
            case BYTES -> {
                int at = findVarying(entry, field);
                int from = at + Varint.length(entry, at);
                yield Arrays.copyOfRange(entry, from, from + (int) Varint.read(entry, at));
            }
        };
    }

    /** The number in a field of the type INT32 or INT64, which is not null. */
    public long readInteger(byte[] entry, int field) {
        return types[field] == FieldType.INT64
                ? readLong(entry, field)
                : (int) INTS.get(entry, Entry.valueAt(entry) + places[field]);
    }

    private long readLong(byte[] entry, int field) {
        return (long) LONGS.get(entry, Entry.valueAt(entry) + places[field]);
    }

    /** Whether a field of the type TEXT, which is not null, is this text. */
    public boolean isText(byte[] entry, int field, String text) {
        int at = findVarying(entry, field);
        int length = (int) Varint.read(entry, at);
        int from = at + Varint.length(entry, at);
        // The text in UTF-8 has at least one byte for each char, except for pairs of surrogates, which have two.
        if (text.length() > length) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return new String(entry, from, length, StandardCharsets.UTF_8).equals(text);
            }
            if (entry[from + i] != c) {
                return false;
            }
        }
        return text.length() == length;
    }

    /** The place of the length of a field that is not null. */
    private int findVarying(byte[] entry, int field) {
        int row = Entry.valueAt(entry);
        int at = row + firstVarying;
        for (int i = 0; i < field; i++) {
            if (types[i].width() == 0 && !isNull(entry, row, i)) {
                at += Varint.length(entry, at) + (int) Varint.read(entry, at);
            }
        }
        return at;
    }
}
