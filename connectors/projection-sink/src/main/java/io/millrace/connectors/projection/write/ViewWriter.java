package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowChange;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the changes of records into their views, within the database's current transaction. */
public final class ViewWriter {
    private final ViewStatements statements;

    public ViewWriter(Database database) {
        this(database.dialect().statements(database));
    }

    ViewWriter(ViewStatements statements) {
        this.statements = statements;
    }

    /**
     * Writes the last state of each row.
     *
     * @throws ViewWriteException naming the view, where the database refuses
     */
    public void write(List<ProjectedRecord> records) throws ViewWriteException {
        Map<View, TableChanges> tables = new LinkedHashMap<>();
        for (ProjectedRecord record : records) {
            for (RowChange change : record.changes()) {
                TableChanges table = tables.computeIfAbsent(change.view(), TableChanges::new);
                if (table.collides(change)) {
                    write(table);
                    table = new TableChanges(change.view());
                    table.collides(change);
                    tables.put(change.view(), table);
                }
                table.add(change);
            }
        }
        for (TableChanges table : tables.values()) {
            write(table);
        }
    }

    private void write(TableChanges table) throws ViewWriteException {
        View view = table.view();
        try {
            statements.vanish(view, table.replacedGroups());
            statements.delete(view, table.deletes());
            for (Map.Entry<ColumnSet, List<Object[]>> rows : table.upserts().entrySet()) {
                statements.upsert(view, rows.getKey(), rows.getValue());
            }
        } catch (SQLException e) {
            throw new ViewWriteException(view, e);
        }
    }
}
