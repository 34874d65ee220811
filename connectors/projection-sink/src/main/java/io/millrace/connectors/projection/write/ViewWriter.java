package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.Shape;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowChange;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the changes of records into their views, within the database's current transaction. */
public final class ViewWriter {
    /** Longer statements gain little and hold a lot of memory in the driver. */
    private static final int MAX_ROWS = 2000;
    /** Past some ten thousand values MySQL's optimizer gives up on ranges and reads the whole table. */
    private static final int MAX_CONDITIONS = 4000;

    private final Database database;

    public ViewWriter(Database database) {
        this.database = database;
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
        try {
            vanish(table);
            delete(table);
            upsert(table);
        } catch (SQLException e) {
            throw new ViewWriteException(table.view(), e);
        }
    }

    private void vanish(TableChanges table) throws SQLException {
        View view = table.view();
        int others = view.keySize() - view.groupSize();
        List<Integer> staying = new ArrayList<>();
        List<Object> parameters = new ArrayList<>();
        for (Map.Entry<RowKey, Set<RowKey>> group : table.replacedGroups().entrySet()) {
            if (!staying.isEmpty()
                    && parameters.size() + view.groupSize() + group.getValue().size() * others > MAX_CONDITIONS) {
                vanish(view, staying, parameters);
            }
            staying.add(group.getValue().size());
            for (int i = 0; i < view.groupSize(); i++) {
                parameters.add(group.getKey().value(i));
            }
            for (RowKey row : group.getValue()) {
                for (int i = view.groupSize(); i < view.keySize(); i++) {
                    parameters.add(row.value(i));
                }
            }
        }
        if (!staying.isEmpty()) {
            vanish(view, staying, parameters);
        }
    }

    private void vanish(View view, List<Integer> staying, List<Object> parameters) throws SQLException {
        PreparedStatement statement = database.prepare(new Shape.Vanish(view, List.copyOf(staying)));
        int parameter = 1;
        for (Object value : parameters) {
            set(statement, parameter++, value);
        }
        statement.executeUpdate();
        staying.clear();
        parameters.clear();
    }

    private void delete(TableChanges table) throws SQLException {
        View view = table.view();
        List<RowKey> keys = table.deletes();
        int chunk = Math.min(MAX_ROWS, Math.max(1, MAX_CONDITIONS / view.keySize()));
        for (int from = 0; from < keys.size(); from += chunk) {
            List<RowKey> part = keys.subList(from, Math.min(keys.size(), from + chunk));
            PreparedStatement statement = database.prepare(new Shape.Delete(view, part.size()));
            int parameter = 1;
            for (RowKey key : part) {
                for (int i = 0; i < view.keySize(); i++) {
                    set(statement, parameter++, key.value(i));
                }
            }
            statement.executeUpdate();
        }
    }

    private void upsert(TableChanges table) throws SQLException {
        for (Map.Entry<ColumnSet, List<Object[]>> entry : table.upserts().entrySet()) {
            List<Object[]> rows = entry.getValue();
            int from = 0;
            while (from < rows.size()) {
                int to = from + chunk(rows, from);
                upsert(table.view(), entry.getKey(), rows.subList(from, to));
                from = to;
            }
        }
    }

    private void upsert(View view, ColumnSet columns, Collection<Object[]> rows) throws SQLException {
        PreparedStatement statement = database.prepare(new Shape.Upsert(view, columns, rows.size()));
        int parameter = 1;
        for (Object[] row : rows) {
            for (int i = 0; i < view.keySize(); i++) {
                set(statement, parameter++, row[i]);
            }
            for (int index : columns.indexes()) {
                set(statement, parameter++, row[index]);
            }
        }
        statement.executeUpdate();
    }

    /** How many rows from here fit a statement; at least one, so that a row too big by itself is refused by itself. */
    private int chunk(List<Object[]> rows, int from) {
        long room = database.packetLimit() / 10 * 9;
        int to = from;
        while (to < rows.size() && to - from < MAX_ROWS) {
            room -= upperBound(rows.get(to));
            if (room < 0) {
                break;
            }
            to++;
        }
        return Math.max(1, to - from);
    }

    private static long upperBound(Object[] row) {
        long bytes = 2;
        for (Object value : row) {
            // Every character quoted is two bytes, or three in UTF-8; every byte quoted is two.
            bytes += value instanceof String text
                    ? 3L * text.length() + 4
                    : value instanceof byte[] data ? 2L * data.length + 12 : 72;
        }
        return bytes;
    }

    private static void set(PreparedStatement statement, int parameter, Object value) throws SQLException {
        if (value instanceof String text) {
            statement.setString(parameter, text);
        } else if (value instanceof Long number) {
            statement.setLong(parameter, number);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(parameter, bytes);
        } else if (value instanceof BigInteger number) {
            statement.setBigDecimal(parameter, new BigDecimal(number));
        } else {
            statement.setObject(parameter, value);
        }
    }
}
