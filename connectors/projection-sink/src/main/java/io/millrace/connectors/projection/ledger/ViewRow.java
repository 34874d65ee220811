package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.table.TableName;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's row of a view, or of a table that keeps the state of a projection.
 *
 * @param connector the connector that writes it
 * @param view the name, with the database or schema
 * @param replaces the connector whose view this one rebuilds or has rebuilt; null if it has rebuilt none
 * @param generation which of the tables that had the name was written; null if none existed yet
 */
public record ViewRow(
        String connector,
        TableName view,
        ViewState state,
        @Nullable String replaces,
        @Nullable String generation) {
    /** The same in another state. */
    public ViewRow withState(ViewState other) {
        return new ViewRow(connector, view, other, replaces, generation);
    }

    /** The same for another table of this name. */
    public ViewRow withGeneration(@Nullable String other) {
        return new ViewRow(connector, view, state, replaces, other);
    }
}
