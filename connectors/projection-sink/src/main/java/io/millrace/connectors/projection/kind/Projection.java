package io.millrace.connectors.projection.kind;

import java.util.function.Consumer;
import org.apache.kafka.connect.errors.DataException;

/** Turns records into changes of one view. For one thread. */
public interface Projection {
    /**
     * What the record does to the view; nothing if the projection does not take it.
     *
     * @throws DataException if the record cannot be projected; names projection and column
     */
    void project(RecordScope scope, Consumer<RowChange<?>> changes);
}
