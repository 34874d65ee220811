package io.millrace.connectors.projection.database.mysql;

import io.millrace.connectors.projection.table.Accumulation;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.View;
import java.util.List;

/** The operation of a statement on a view, without its values. Equal shapes have equal texts. */
sealed interface Shape {
    /** Writes rows; parameters: for each row the key, then the columns of the set. */
    record Upsert(View view, ColumnSet columns, int rows) implements Shape {}

    /** Writes rows that are not there yet; parameters as for {@link Upsert}. */
    record Append(View view, ColumnSet columns, int rows) implements Shape {}

    /** Writes rows that must not be there yet; parameters as for {@link Upsert}. */
    record Insert(View view, ColumnSet columns, int rows) implements Shape {}

    /** Combines rows; parameters as for {@link Upsert}. */
    record Accumulate(Accumulation accumulation, int rows) implements Shape {}

    /** Reads and locks rows; parameters: the key of each. */
    record Lock(View view, int rows) implements Shape {}

    /** Reads rows and locks them against changes; parameters: the key of each. */
    record Share(View view, int rows) implements Shape {}

    /** Deletes all rows; parameter: the revision if the view has one. */
    record Truncate(View view) implements Shape {}

    /** Changes rows as the texts define; parameters: the key of each. */
    record Change(View view, String head, String tail, int rows) implements Shape {}

    /** Queries rows; parameters: the columns of each tuple. */
    record Exist(View view, List<Integer> columns, int tuples) implements Shape {}

    /**
     * Queries how texts are compared; parameters: the texts.
     *
     * @param length of the longest text
     */
    record Weigh(Column column, int length, int texts) implements Shape {}

    /** Deletes rows; parameters: the key of each, and its revision if the view has one. */
    record Delete(View view, int rows) implements Shape {}

    /** Deletes the rows of groups but some; parameters: the key of each group, then the key of each row that stays. */
    record Vanish(View view, int groups, int staying) implements Shape {}
}
