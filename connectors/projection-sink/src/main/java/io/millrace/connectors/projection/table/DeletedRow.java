package io.millrace.connectors.projection.table;

import org.jspecify.annotations.Nullable;

/**
 * A row that is to be deleted.
 *
 * @param key its key
 * @param revision the value of {@link View#revision}; null if the view has none. A row with a higher revision stays.
 */
public record DeletedRow(RowKey key, @Nullable Object revision) {}
