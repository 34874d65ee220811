package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.requirement.ColumnList;
import io.millrace.connectors.projection.requirement.Evolution;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.requirement.TableCheck;
import io.millrace.connectors.projection.requirement.TableNeeds;
import io.millrace.connectors.projection.requirement.ViewNeeds;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.TableDescription;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks whether a table can be the view of a projection. */
final class ViewColumnsCheck {
    private final ProjectionDefinition definition;
    private final ViewNeeds view;
    private final TableDescription table;
    private final Dialect dialect;
    private final TableNeeds needs;
    private final Evolution evolution;
    private final List<Problem> problems;
    private final TableCheck check;

    ViewColumnsCheck(
            ProjectionDefinition definition,
            TableDescription table,
            Dialect dialect,
            TableNeeds needs,
            Evolution evolution,
            List<Problem> problems) {
        this.definition = definition;
        this.view = definition.viewNeeds();
        this.table = table;
        this.dialect = dialect;
        this.needs = needs;
        this.evolution = evolution;
        this.problems = problems;
        this.check = new TableCheck(definition.basics().table(), table, problems);
    }

    /** Adds what is wrong to the problems. */
    void checkView() {
        check.requireFit(definition.basics().nameOf(CommonOptions.TABLE));
        boolean known = true;
        for (List<ColumnList> lists : List.of(view.key(), view.columns())) {
            for (ColumnList list : lists) {
                known &= requireWritable(list);
            }
        }
        if (known) {
            checkKeyAndValues();
        }
        definition.checkView(check, known);
    }

    private void checkKeyAndValues() {
        view.key().forEach(this::requireDistinguishing);
        Set<String> key = ColumnList.canonicalNames(table, view.keyNames());
        Set<String> written = new HashSet<>(key);
        written.addAll(ColumnList.canonicalNames(table, view.columnNames()));
        check.requireKey(view.key().get(0).option(), key, written);
        check.requireValues(view.columns().get(0).option(), written);
    }

    /** Whether each column can be written, or the sink may add it. */
    private boolean requireWritable(ColumnList list) {
        int before = problems.size();
        List<String> missing = new ArrayList<>();
        for (String name : list.names()) {
            if (table.column(name).isEmpty()) {
                missing.add(name);
            } else {
                check.findWritable(list.option(), name);
            }
        }
        if (!missing.isEmpty()) {
            addMissing(list.option(), missing);
        }
        return problems.size() == before;
    }

    private void addMissing(String option, List<String> names) {
        Map<String, Optional<String>> addable = needs.findMissing(table);
        addable.keySet().retainAll(names);
        List<String> untyped = addable.keySet().stream()
                .filter(name -> addable.getOrDefault(name, Optional.empty()).isEmpty())
                .toList();
        boolean ofKey = addable.size() < names.size();
        if (evolution.evolve() && untyped.isEmpty() && !ofKey) {
            return;
        }
        addable.values().removeIf(Optional::isEmpty);
        String remedy = ofKey
                ? "no column can be added to its key"
                : evolution.evolve()
                        ? needs.advise(untyped)
                        : addable.isEmpty()
                                ? ""
                                : "add it, or set auto.evolve=true: " + needs.alterTable(addable.keySet());
        check.add(
                option,
                "the table has no column " + String.join(", ", names) + "; it has " + table.columnNames()
                        + (remedy.isEmpty() ? "" : "; " + remedy));
    }

    /** Two keys that the database compares as equal would overwrite each other's row, and no error would show it. */
    private void requireDistinguishing(ColumnList list) {
        for (String name : list.names()) {
            Column column = table.column(name).orElseThrow();
            if (column.kind() == ColumnKind.PARSED || column.kind() == ColumnKind.JSON) {
                check.add(
                        list.option(),
                        "the column " + column.name() + " of type " + column.typeName()
                                + " cannot be part of a key, because several texts represent one of its values");
            } else if (column.collated() && !view.acceptsCollation()) {
                check.add(
                        list.option(),
                        "the column " + column.name() + " of type " + column.typeName() + " compares texts by "
                                + column.collation() + ", which treats different texts as equal, so an event"
                                + " would overwrite the row of another key. Give the column the collation "
                                + dialect.exactCollation() + ", or accept it with "
                                + definition.basics().nameOf(CommonOptions.KEY_COLLATION) + "=accept");
            }
        }
    }
}
