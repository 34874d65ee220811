package io.millrace.connectors.projection.table;

/** How the values of new rows are combined with those of existing rows, in SQL. Compared by identity. */
public interface Accumulation {
    View view();

    /** The columns that are combined. */
    ColumnSet columns();

    /**
     * The SQL that makes one value of two.
     *
     * @param column an index into the columns of the view
     * @param existing SQL for the value of the row that exists
     * @param incoming SQL for the value of the new row
     */
    String combine(int column, String existing, String incoming);
}
