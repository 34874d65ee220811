package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.table.ProjectionTables;
import io.millrace.connectors.projection.table.RowChange;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.DataException;

/** Turns records into changes of one view. For one thread. */
public sealed interface Projection permits UpsertProjection, ExplodeProjection, AppendProjection, AggregateProjection {
    /** The projection of a definition into the tables that the definition names. */
    static Projection of(ProjectionDefinition definition, ProjectionTables tables) {
        return switch (definition.kind()) {
            case UPSERT -> new UpsertProjection(definition, tables.view());
            case EXPLODE -> new ExplodeProjection(definition, tables.view());
            case APPEND -> new AppendProjection(definition, tables.view());
            case AGGREGATE -> new AggregateProjection(definition, tables);
        };
    }

    /**
     * What the record does to the view; nothing where the projection is not about it.
     *
     * @throws DataException naming projection and column, where the record cannot be projected
     */
    void project(RecordScope scope, Consumer<RowChange> changes);
}
