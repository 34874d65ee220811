package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.definition.Problem;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.expressions.Field;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a table can be the view of a projection, and if not, why. */
public final class ViewCheck {
    private final ProjectionDefinition projection;
    private final TableDescription table;
    private final List<Problem> problems;
    private final Map<String, Column> columns;

    public ViewCheck(ProjectionDefinition projection, TableDescription table, List<Problem> problems) {
        this.projection = projection;
        this.table = table;
        this.problems = problems;
        this.columns = table.byName();
    }

    /** Adds what is wrong to the problems. */
    public void run() {
        if (!"InnoDB".equalsIgnoreCase(table.engine())) {
            add(
                    ProjectionOptions.TABLE,
                    "the table's engine is " + table.engine()
                            + ", which has no transactions, so rows and offsets could not be written together");
        }
        boolean known = writable(ProjectionOptions.KEY, projection.key());
        known &= writable(ProjectionOptions.ELEMENT_KEY, projection.elementKey());
        known &= writable(ProjectionOptions.COLUMNS, projection.columns());
        if (known) {
            checkKeys();
            checkRequired();
        }
    }

    private boolean writable(String option, List<Field> fields) {
        int before = problems.size();
        for (Field field : fields) {
            Column column = columns.get(field.name().toLowerCase(Locale.ROOT));
            if (column == null) {
                add(option, "the table has no column " + field.name() + "; it has " + table.columnNames());
            } else if (column.generated()) {
                add(option, "the column " + field.name() + " is generated; the database computes it");
            } else if (column.kind() == ColumnKind.UNSUPPORTED) {
                add(
                        option,
                        "the column " + field.name() + " has the type " + column.typeName()
                                + ", which a projection cannot write");
            }
        }
        return problems.size() == before;
    }

    private void checkKeys() {
        Set<String> key = ViewCatalog.names(projection.rowKey());
        if (!table.uniqueKeys().containsValue(key)) {
            add(
                    ProjectionOptions.KEY,
                    "expected a primary or unique key of exactly the columns " + key + "; the table has "
                            + (table.uniqueKeys().isEmpty() ? "none" : describeKeys()));
            return;
        }
        table.uniqueKeys().forEach((name, other) -> {
            // A key that holds the projection's own, or a number that the database hands out, is never in the way.
            boolean numbered = other.stream().anyMatch(this::numbers);
            if (!other.containsAll(key) && !numbered) {
                add(
                        ProjectionOptions.KEY,
                        "the table has one more unique key, " + name + " of " + other
                                + "; a row that collides in it would overwrite a row with another key");
            }
        });
    }

    private boolean numbers(String name) {
        Column column = columns.get(name);
        return column != null
                && column.numbered()
                && !ViewCatalog.names(projection.rowKey()).contains(name)
                && !ViewCatalog.names(projection.columns()).contains(name);
    }

    private String describeKeys() {
        return table.uniqueKeys().entrySet().stream()
                .map(key -> key.getKey() + " of " + key.getValue())
                .collect(Collectors.joining(", "));
    }

    private void checkRequired() {
        Set<String> written = new HashSet<>(ViewCatalog.names(projection.rowKey()));
        written.addAll(ViewCatalog.names(projection.columns()));
        for (Column column : table.columns()) {
            if (column.required() && !written.contains(column.name().toLowerCase(Locale.ROOT))) {
                add(
                        ProjectionOptions.COLUMNS,
                        "the column " + column.name() + " is NOT NULL without a default, and the projection does not"
                                + " write it, so it could not add a row");
            }
        }
    }

    private void add(String option, String reason) {
        problems.add(new Problem(projection.option(option), "table " + projection.table() + ": " + reason));
    }
}
