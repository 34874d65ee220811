package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.definition.Problem;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.table.TableDescription;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a table can be the view of a projection, and if not, why. */
public final class ViewCheck {
    private final ProjectionDefinition projection;
    private final TableDescription table;
    private final List<Problem> problems;

    public ViewCheck(ProjectionDefinition projection, TableDescription table, List<Problem> problems) {
        this.projection = projection;
        this.table = table;
        this.problems = problems;
    }

    /** Adds what is wrong to the problems. */
    public void run() {
        TableCheck check = new TableCheck(projection, projection.table(), table, problems);
        check.fit(ProjectionOptions.TABLE);
        boolean known = check.writable(ProjectionOptions.KEY, projection.key());
        known &= check.writable(ProjectionOptions.ELEMENT_KEY, projection.elementKey());
        known &= check.writable(ProjectionOptions.COLUMNS, projection.columns());
        if (known) {
            Set<String> key = ViewCatalog.names(table, projection.rowKey());
            Set<String> written = new HashSet<>(key);
            written.addAll(ViewCatalog.names(table, projection.columns()));
            check.keys(ProjectionOptions.KEY, key, written);
            check.required(ProjectionOptions.COLUMNS, written);
        }
        if (projection.aggregate().isPresent()) {
            new AggregateCheck(projection, table, problems).view();
        }
    }
}
