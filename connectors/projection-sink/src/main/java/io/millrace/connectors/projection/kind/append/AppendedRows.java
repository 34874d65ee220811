package io.millrace.connectors.projection.kind.append;

import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.kind.MergedChanges;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.KeyCollisions;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows that are added to one view; of two with one key the first. */
final class AppendedRows implements MergedChanges {
    private final View view;
    private final ViewStatements statements;
    private final Map<RowKey, AppendedRow> rows = new LinkedHashMap<>();
    private final KeyCollisions collisions;
    private boolean truncated;

    AppendedRows(View view, ViewStatements statements, EqualTexts texts) {
        this.view = view;
        this.statements = statements;
        this.collisions = new KeyCollisions(key -> texts.formOf(view, key));
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public boolean sharesRows() {
        return false;
    }

    /** Whether a collation may compare the key as equal to an earlier one; remembers it. */
    boolean collidesWith(RowKey key) {
        return view.hasCollatedKey() && collisions.collides(key);
    }

    @Override
    public void truncate(@Nullable Object revision) {
        truncated = true;
    }

    void add(AppendedRow row) {
        rows.putIfAbsent(row.key(), row);
    }

    @Override
    public void write() throws SQLException {
        if (truncated) {
            statements.truncate(view, null);
        }
        Map<ColumnSet, List<@Nullable Object[]>> byColumns = new LinkedHashMap<>();
        rows.values().forEach(row -> byColumns
                .computeIfAbsent(row.columns(), columns -> new ArrayList<>())
                .add(row.values()));
        for (Map.Entry<ColumnSet, List<@Nullable Object[]>> some : byColumns.entrySet()) {
            statements.append(view, some.getKey(), some.getValue());
        }
    }
}
