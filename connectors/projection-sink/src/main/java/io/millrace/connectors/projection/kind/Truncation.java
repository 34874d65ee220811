package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.table.View;
import org.jspecify.annotations.Nullable;

/**
 * The view is emptied. Changes of earlier records are written before, those of later records after it.
 *
 * @param revision rows that do not have a lower one stay; null if the view has no revisions
 * @param mergedAs how the changes of the view's kind are merged
 * @param start starts such a merge
 * @param <C> as in {@link RowChange}
 */
public record Truncation<C extends MergedChanges>(
        View view, @Nullable Object revision, Class<C> mergedAs, MergeStart<C> start) implements RowChange<C> {
    /**
     * Makes an empty collection of changes.
     *
     * @param <C> the collection
     */
    @FunctionalInterface
    public interface MergeStart<C> {
        /** As {@link RowChange#startMerge}. */
        C startMerge(Dialect dialect, ViewStatements statements, EqualTexts texts);
    }

    @Override
    public long bytes() {
        return ROW_BYTES;
    }

    /** The record does not state how many rows the view has. */
    @Override
    public long rows() {
        return 1;
    }

    @Override
    public void addKeysTo(EqualTexts texts) {
        // Has no key.
    }

    @Override
    public C startMerge(Dialect dialect, ViewStatements statements, EqualTexts texts) {
        return start.startMerge(dialect, statements, texts);
    }

    /** Nothing is merged across it. */
    @Override
    public boolean collidesWith(C earlier) {
        return true;
    }

    @Override
    public void addTo(C earlier) {
        earlier.truncate(revision);
    }

    /** Never the values. */
    @Override
    public String toString() {
        return "truncation of " + view;
    }
}
