package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.definition.Problem;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.kind.DeletedMark;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.Revision;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.expressions.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Whether a table can be the view of a projection, and if not, why. */
final class ViewCheck {
    private final ProjectionDefinition projection;
    private final TableDescription table;
    private final Dialect dialect;
    private final TableNeeds needs;
    private final Evolution evolution;
    private final List<Problem> problems;

    ViewCheck(
            ProjectionDefinition projection,
            TableDescription table,
            Dialect dialect,
            TableNeeds needs,
            Evolution evolution,
            List<Problem> problems) {
        this.projection = projection;
        this.table = table;
        this.dialect = dialect;
        this.needs = needs;
        this.evolution = evolution;
        this.problems = problems;
    }

    /** Adds what is wrong to the problems. */
    void run() {
        TableCheck check = new TableCheck(projection, projection.table(), table, problems);
        check.fit(ProjectionOptions.TABLE);
        boolean known = writable(ProjectionOptions.KEY, names(projection.key().stream()));
        known &= writable(ProjectionOptions.ELEMENT_KEY, names(projection.elementKey().stream()));
        known &= writable(ProjectionOptions.COLUMNS, names(projection.columns().stream()));
        Optional<String> mark = projection.deletes().mark();
        known &= writable(ProjectionOptions.DELETED_COLUMN, mark.stream().toList());
        isOf(ProjectionOptions.REVISION, projection.revision(), Revision::isPossible, "a revision");
        isOf(ProjectionOptions.DELETED_COLUMN, mark, DeletedMark::isPossible, "a mark of deletion");
        if (known) {
            distinguishes(ProjectionOptions.KEY, projection.key());
            distinguishes(ProjectionOptions.ELEMENT_KEY, projection.elementKey());
            Set<String> key = ViewCatalog.names(table, projection.rowKey());
            Set<String> written = new HashSet<>(key);
            written.addAll(ViewCatalog.names(table, projection.columns()));
            check.keys(ProjectionOptions.KEY, key, written);
            mark.map(table::canonical).ifPresent(written::add);
            check.required(ProjectionOptions.COLUMNS, written);
            checkMarks();
        }
        projection.aggregate().ifPresent(aggregate -> new AggregateCheck(projection, table, problems).view());
    }

    private static List<String> names(Stream<Field> fields) {
        return fields.map(Field::name).toList();
    }

    private void isOf(String option, Optional<String> name, Predicate<ColumnKind> kinds, String purpose) {
        name.flatMap(table::column)
                .filter(column -> !kinds.test(column.kind()))
                .ifPresent(column -> add(
                        option,
                        "the column " + column.name() + " of type " + column.typeName() + " cannot be " + purpose));
    }

    private boolean writable(String option, List<String> fields) {
        int before = problems.size();
        List<String> missing = new ArrayList<>();
        for (String field : fields) {
            Column column = table.column(field).orElse(null);
            if (column == null) {
                missing.add(field);
            } else if (column.generated()) {
                add(option, "the column " + field + " is generated; the database computes it");
            } else if (column.kind() == ColumnKind.UNSUPPORTED) {
                add(
                        option,
                        "the column " + field + " has the type " + column.typeName()
                                + ", which a projection cannot write");
            }
        }
        if (!missing.isEmpty()) {
            lacks(option, missing);
        }
        return problems.size() == before;
    }

    private void lacks(String option, List<String> names) {
        Map<String, Optional<String>> addable = needs.missing(table);
        addable.keySet().retainAll(names);
        List<String> untyped = addable.keySet().stream()
                .filter(name -> addable.get(name).isEmpty())
                .toList();
        boolean ofKey = addable.size() < names.size();
        if (evolution.evolve() && untyped.isEmpty() && !ofKey) {
            return;
        }
        addable.values().removeIf(Optional::isEmpty);
        String mending = ofKey
                ? "no column can be added to its key"
                : evolution.evolve()
                        ? TableNeeds.advice(untyped)
                        : addable.isEmpty()
                                ? ""
                                : "add it, or let the sink do that with auto.evolve=true: "
                                        + needs.extend(addable.keySet());
        add(
                option,
                "the table has no column " + String.join(", ", names) + "; it has " + table.columnNames()
                        + (mending.isEmpty() ? "" : "; " + mending));
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

    private void checkMarks() {
        Set<String> marked = new HashSet<>(ViewCatalog.names(table, projection.rowKey()));
        projection.revision().map(table::canonical).ifPresent(marked::add);
        projection.deletes().mark().map(table::canonical).ifPresent(marked::add);
        for (Column column : table.columns()) {
            if (projection.deletes().mark().isPresent() && column.required() && !marked.contains(column.name())) {
                add(
                        ProjectionOptions.ON_DELETE,
                        "the column " + column.name() + " is NOT NULL without a default, so the deletion of a row that"
                                + " is not there yet could not be marked");
            }
        }
    }

    private void add(String option, String reason) {
        problems.add(new Problem(projection.option(option), "table " + projection.table() + ": " + reason));
    }
}
