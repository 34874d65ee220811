package io.millrace.benchmarks.source;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A column of a changed table.
 *
 * @param definition its type and constraints in MySQL
 * @param value a format of a SQL literal, with the row's id as its argument
 */
record ChangedColumn(String name, String definition, String value) {
    /** The columns whose values in Kafka are compared. */
    private static final List<ChangedColumn> COMPARED = List.of(
            new ChangedColumn("id", "BIGINT NOT NULL PRIMARY KEY", "%1$d"),
            new ChangedColumn("customer_id", "BIGINT NOT NULL", "%1$d"),
            new ChangedColumn("status", "VARCHAR(20) NOT NULL", "'PLACED'"),
            new ChangedColumn("version", "BIGINT NOT NULL", "1"));

    /** The types of further columns, in turn; half of them may be null. */
    private static final List<ChangedColumn> FURTHER = List.of(
            new ChangedColumn("note", "VARCHAR(40) NOT NULL", "'the note of row %1$d'"),
            new ChangedColumn("quantity", "BIGINT", "%1$d"),
            new ChangedColumn("total", "DECIMAL(12, 2) NOT NULL", "%1$d.25"),
            new ChangedColumn("placed_at", "DATETIME(6)", "'2026-11-21 10:00:00.000001'"));

    /** So many columns, the compared ones first. */
    static List<ChangedColumn> first(int count) {
        return Stream.concat(
                        COMPARED.stream(),
                        IntStream.range(0, count - COMPARED.size()).mapToObj(ChangedColumn::further))
                .toList();
    }

    private static ChangedColumn further(int index) {
        ChangedColumn type = FURTHER.get(index % FURTHER.size());
        return new ChangedColumn(type.name + "_" + (index / FURTHER.size() + 1), type.definition, type.value);
    }

    /** The SQL literal of a new row's value. */
    String literal(int id) {
        return String.format(Locale.ROOT, value, id);
    }
}
