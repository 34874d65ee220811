package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.GroupTable;
import io.millrace.connectors.projection.table.RowChange;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the changes of records into their views, within the database's current transaction. */
public final class ViewWriter {
    private final Dialect dialect;
    private final ViewStatements statements;
    private final Map<GroupTable, GroupSql> groupSql = new HashMap<>();

    public ViewWriter(Database database) {
        this(database.dialect(), database.dialect().statements(database));
    }

    ViewWriter(Dialect dialect, ViewStatements statements) {
        this.dialect = dialect;
        this.statements = statements;
    }

    /** What the errors of the database mean. */
    SqlErrors errors() {
        return dialect.errors();
    }

    /**
     * Writes the last state of each row, and then what changes about groups: those are what other tasks wait for.
     *
     * @throws ViewWriteException naming the view, where the database refuses
     */
    public void write(List<ProjectedRecord> records) throws ViewWriteException {
        Map<View, TableChanges> tables = new LinkedHashMap<>();
        // In one order in every task, so that no two wait for each other.
        Map<String, GroupChanges> groups = new TreeMap<>();
        for (ProjectedRecord record : records) {
            for (RowChange change : record.changes()) {
                if (change instanceof RowChange.Contribute contribute) {
                    add(groups, contribute.groups(), change);
                } else if (change instanceof RowChange.Adjust adjust) {
                    add(groups, adjust.groups(), change);
                } else {
                    add(tables, change);
                }
            }
        }
        for (TableChanges table : tables.values()) {
            write(table);
        }
        for (GroupChanges changes : groups.values()) {
            write(changes);
        }
    }

    private void add(Map<View, TableChanges> tables, RowChange change) throws ViewWriteException {
        TableChanges table = tables.computeIfAbsent(change.view(), TableChanges::new);
        if (table.collides(change)) {
            write(table);
            table = new TableChanges(change.view());
            table.collides(change);
            tables.put(change.view(), table);
        }
        table.add(change);
    }

    private void add(Map<String, GroupChanges> groups, GroupTable table, RowChange change) throws ViewWriteException {
        GroupChanges changes = groups.computeIfAbsent(table.toString(), k -> changes(table));
        if (changes.collides(change)) {
            write(changes);
            changes = changes(table);
            changes.collides(change);
            groups.put(table.toString(), changes);
        }
        changes.add(change);
    }

    private GroupChanges changes(GroupTable table) {
        return new GroupChanges(
                table,
                statements,
                dialect.errors(),
                groupSql.computeIfAbsent(table, k -> new GroupSql(dialect, table)));
    }

    private void write(GroupChanges changes) throws ViewWriteException {
        try {
            changes.write();
        } catch (SQLException e) {
            throw new ViewWriteException(changes.view(), e);
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
            for (Map.Entry<ColumnSet, List<Object[]>> rows : table.appends().entrySet()) {
                statements.append(view, rows.getKey(), rows.getValue());
            }
        } catch (SQLException e) {
            throw new ViewWriteException(view, e);
        }
    }
}
