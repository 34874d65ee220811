package io.millrace.connectors.projection.kind;

import io.millrace.expressions.ColumnType;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.LookupTable;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compile the expressions of a connector's projections, which can read the connector's tables. Immutable; safe for use by many
 * threads.
 */
public final class ProjectionCompilers {
    /** Without tables. */
    public static final ProjectionCompilers PLAIN = new ProjectionCompilers(List.of());

    private final Collection<LookupTable> tables;
    private final ExpressionCompiler record;
    private final ExpressionCompiler partial;
    private final ExpressionCompiler elements;
    private final ExpressionCompiler states;
    private final ExpressionCompiler groups;

    /** With these tables. */
    public ProjectionCompilers(Collection<LookupTable> tables) {
        this.tables = List.copyOf(tables);
        this.record = new ExpressionCompiler(ProjectionVariables.ofRecord()).withLookups(this.tables);
        this.partial =
                ExpressionCompiler.ofPartialRows(ProjectionVariables.ofRecord()).withLookups(this.tables);
        this.elements = new ExpressionCompiler(ProjectionVariables.with("element")).withLookups(this.tables);
        this.states = new ExpressionCompiler(ProjectionVariables.with("state")).withLookups(this.tables);
        this.groups = new ExpressionCompiler(ProjectionVariables.with("group")).withLookups(this.tables);
    }

    /** For expressions over a record. */
    public ExpressionCompiler record() {
        return record;
    }

    /** For the columns of a row that a record may leave unchanged. */
    public ExpressionCompiler partial() {
        return partial;
    }

    /** For expressions over an element of an array in a record. */
    public ExpressionCompiler elements() {
        return elements;
    }

    /** For expressions over a state in a record: the one that it brings, or the one before. */
    public ExpressionCompiler states() {
        return states;
    }

    /** For expressions over a group before its columns are determined. */
    public ExpressionCompiler groups() {
        return groups;
    }

    /** For expressions over a group of these columns, and the last record that contributed to it. */
    public ExpressionCompiler groups(Collection<String> columns) {
        Map<String, ColumnType> types = new HashMap<>();
        columns.forEach(column -> types.put(column, ColumnType.UNKNOWN));
        return new ExpressionCompiler(ProjectionVariables.with("group"), Set.of("group"), types).withLookups(tables);
    }
}
