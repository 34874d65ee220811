package io.millrace.connectors.projection.kind;

import java.util.function.Consumer;
import org.apache.kafka.connect.errors.DataException;

/** Turns records into changes of one view. For one thread. */
public interface Projection {
    /**
     * The changes of the view by the record; none if the projection does not use it.
     *
     * @throws DataException if the record cannot be projected; names projection and column
     */
    void project(RecordScope scope, Consumer<RowChange<?>> changes);
}
