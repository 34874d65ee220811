package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.table.View;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The change of a view by a record.
 *
 * @param <C> the collection that merges such changes within a batch; kinds that may share a view have the same one
 */
public interface RowChange<C extends MergedChanges> {
    /** About how many bytes of heap a row takes without its values. */
    long ROW_BYTES = 240;

    /** A pointer. */
    long VALUE_BYTES = 8;

    /** A number, a moment, or a text without its characters. */
    long OBJECT_BYTES = 40;

    /** The view. */
    View view();

    /** About how many bytes of heap the change takes until it is written. */
    long bytes();

    /** How many rows it writes or deletes, as far as the record states. */
    long rows();

    /** The revision that it brings; null if it has none. */
    @Nullable
    Object revision();

    /** The type of {@link #startMerge}. */
    Class<C> mergedAs();

    /** Adds the keys by which the change is compared with others, as far as columns may compare different ones as equal. */
    void addKeysTo(EqualTexts texts);

    /**
     * An empty collection that merges the changes of this change's view.
     *
     * @param texts the server's comparison of the keys of the changes to merge
     */
    C startMerge(Dialect dialect, ViewStatements statements, EqualTexts texts);

    /**
     * Whether this change must not be merged with earlier ones, which then are written first: a collation may compare a key
     * of this change as equal to another key. To be called once, before {@link #addTo}.
     */
    boolean collidesWith(C earlier);

    /** Adds this change, the newest so far. */
    void addTo(C earlier);

    /**
     * About how many bytes of heap a row takes until it is written: its values, the objects that merge it with others, and
     * the texts and byte strings again, which the driver copies.
     */
    static long sizeOf(@Nullable Object @Nullable [] values) {
        if (values == null) {
            return 0;
        }
        long bytes = ROW_BYTES;
        for (Object value : values) {
            bytes += VALUE_BYTES + sizeOfValue(value);
        }
        return bytes;
    }

    private static long sizeOfValue(@Nullable Object value) {
        if (value instanceof String text) {
            return OBJECT_BYTES + text.length();
        } else if (value instanceof byte[] data) {
            return OBJECT_BYTES + data.length;
        } else if (value instanceof Collection<?> elements) {
            long bytes = OBJECT_BYTES;
            for (Object element : elements) {
                bytes += VALUE_BYTES + sizeOfValue(element);
            }
            return bytes;
        }
        return value == null ? 0 : OBJECT_BYTES;
    }
}
