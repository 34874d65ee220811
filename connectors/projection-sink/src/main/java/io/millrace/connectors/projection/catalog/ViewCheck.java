package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.definition.Problem;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.expressions.Field;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a table can be the view of a projection, and if not, why. */
public final class ViewCheck {
    private final ProjectionDefinition projection;
    private final TableDescription table;
    private final Dialect dialect;
    private final List<Problem> problems;

    public ViewCheck(ProjectionDefinition projection, TableDescription table, Dialect dialect, List<Problem> problems) {
        this.projection = projection;
        this.table = table;
        this.dialect = dialect;
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
            distinguishes(ProjectionOptions.KEY, projection.key());
            distinguishes(ProjectionOptions.ELEMENT_KEY, projection.elementKey());
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

    /** Two keys of events that are one to the database would overwrite each other's row, and nobody would hear of it. */
    private void distinguishes(String option, List<Field> fields) {
        for (Field field : fields) {
            Column column = table.column(field.name()).orElseThrow();
            if (column.kind() == ColumnKind.PARSED || column.kind() == ColumnKind.JSON) {
                add(
                        option,
                        "the column " + column.name() + " of type " + column.typeName()
                                + " cannot be part of a key, because several texts stand for one value of it");
            } else if (column.collated() && !projection.acceptsCollation()) {
                add(
                        option,
                        "the column " + column.name() + " of type " + column.typeName() + " compares texts by "
                                + column.collation() + ", which takes some that differ for one, so an event would"
                                + " overwrite the row of another key. Give the column the collation "
                                + dialect.exactCollation() + ", or accept it with "
                                + projection.option(ProjectionOptions.KEY_COLLATION) + "=accept");
            }
        }
    }

    private void add(String option, String reason) {
        problems.add(new Problem(projection.option(option), "table " + projection.table() + ": " + reason));
    }
}
