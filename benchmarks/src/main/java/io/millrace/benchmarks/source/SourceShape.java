package io.millrace.benchmarks.source;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The tables of a binlog and its statements. */
public enum SourceShape {
    /** A statement for each change of one table with 4 columns. */
    SINGLE_ROW(1, 4, 1),
    /** Statements that change 2,000 rows. */
    MULTI_ROW(2000, 4, 1),
    /** A statement for each change of one table with 30 columns. */
    WIDE(1, 30, 1),
    /** A statement for each change, in twenty tables in turn. */
    TWENTY_TABLES(1, 4, 20);

    /** The database of all tables. */
    static final String DATABASE = "shop";

    private final int rowsPerStatement;
    private final int columns;
    private final int tables;

    SourceShape(int rowsPerStatement, int columns, int tables) {
        this.rowsPerStatement = rowsPerStatement;
        this.columns = columns;
        this.tables = tables;
    }

    /** The name on a command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static SourceShape of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** How many rows a statement changes. */
    int rowsPerStatement() {
        return rowsPerStatement;
    }

    /** The names of the tables, without the database. */
    public List<String> tables() {
        String name = name().toLowerCase(Locale.ROOT);
        return tables == 1
                ? List.of(name)
                : IntStream.rangeClosed(1, tables)
                        .mapToObj(table -> String.format(Locale.ROOT, "%s_%02d", name, table))
                        .toList();
    }

    /** The columns of each table; the first one is the primary key. */
    List<ChangedColumn> columns() {
        return ChangedColumn.first(columns);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: statements of %,d %s, %d columns, %d %s",
                label(),
                rowsPerStatement,
                rowsPerStatement == 1 ? "row" : "rows",
                columns,
                tables,
                tables == 1 ? "table" : "tables");
    }
}
