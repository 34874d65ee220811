package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.table.View;
import org.jspecify.annotations.Nullable;

/**
 * What a record does to a view.
 *
 * @param <C> what merges such changes within a batch; kinds that may share a view have the same one
 */
public interface RowChange<C extends MergedChanges> {
    /** The view. */
    View view();

    /** About how many bytes of memory the change's texts and byte strings take. */
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
     * Where the changes of this change's view are merged; without any so far.
     *
     * @param texts what is known of the keys of this change and of those to be merged with it
     */
    C startMerge(Dialect dialect, ViewStatements statements, EqualTexts texts);

    /**
     * Whether this change must not be merged with earlier ones, which then are written first: a collation may compare a key
     * of this change as equal to another key. To be called once, before {@link #addTo}.
     */
    boolean collidesWith(C earlier);

    /** Adds this change, the newest so far. */
    void addTo(C earlier);

    /** About how many bytes the texts and byte strings of a row take. */
    static long sizeOf(@Nullable Object @Nullable [] values) {
        if (values == null) {
            return 0;
        }
        long bytes = 0;
        for (Object value : values) {
            if (value instanceof String text) {
                bytes += text.length();
            } else if (value instanceof byte[] data) {
                bytes += data.length;
            }
        }
        return bytes;
    }
}
