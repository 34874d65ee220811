package io.millrace.connectors.projection.table;

import java.util.ArrayList;
import java.util.List;

/** Views for tests. */
public final class Views {
    private Views() {}

    public static View of(String table, int keySize, int groupSize, String... columns) {
        List<Column> list = new ArrayList<>();
        for (String column : columns) {
            list.add(column(column, ColumnKind.TEXT, "varchar(20)", 0));
        }
        return new View(TableName.parse(table), List.of(table), list, keySize, groupSize, -1);
    }

    /** A view whose last column is a whole number and its revision. */
    public static View withRevision(String table, int keySize, String... columns) {
        View view = of(table, keySize, 0, columns);
        List<Column> list = new ArrayList<>(view.columns());
        int last = list.size() - 1;
        list.set(last, column(columns[last], ColumnKind.INTEGER, "bigint", 0));
        return new View(view.name(), view.projections(), list, keySize, 0, last);
    }

    /** A column that is as most are. */
    public static Column column(String name, ColumnKind kind, String typeName, int size) {
        String collation = kind == ColumnKind.TEXT || kind == ColumnKind.PADDED_TEXT ? "loose" : null;
        return new Column(name, kind, typeName, "text", size, false, false, false, collation, null, true, typeName);
    }

    public static ColumnSet columns(View view, int... indexes) {
        ColumnSet set = view.noColumns();
        for (int index : indexes) {
            set = set.with(index);
        }
        return set;
    }

    public static RowKey key(View view, Object... values) {
        return new RowKey(values, view.keySize());
    }
}
