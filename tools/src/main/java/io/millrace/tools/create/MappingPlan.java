package io.millrace.tools.create;

import java.util.List;
import java.util.function.Predicate;

/**
 * The events and the view of each table.
 *
 * @param tables the tables that have events, with them
 * @param leftOut a sentence for each table that has none
 */
record MappingPlan(List<TableMapping> tables, List<String> leftOut) {
    MappingPlan {
        tables = List.copyOf(tables);
        leftOut = List.copyOf(leftOut);
    }

    /** The columns whose values are stored elsewhere, by their names in the source. */
    List<String> payloadColumns() {
        return findColumns(FieldMapping::isPayload).stream()
                .map(field -> field.column().name())
                .distinct()
                .sorted()
                .toList();
    }

    /** The fields of all tables for which a condition holds. */
    List<FieldMapping> findColumns(Predicate<FieldMapping> condition) {
        return tables.stream()
                .flatMap(table -> table.viewColumns().stream())
                .filter(condition)
                .toList();
    }

    /** The tables that have a view. */
    List<TableMapping> viewed() {
        return tables.stream().filter(table -> table.viewObstacle().isEmpty()).toList();
    }
}
