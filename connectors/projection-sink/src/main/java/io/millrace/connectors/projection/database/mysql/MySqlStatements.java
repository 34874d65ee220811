package io.millrace.connectors.projection.database.mysql;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.DdlStatements;
import io.millrace.connectors.projection.database.SqlForms;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.table.Accumulation;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.DeletedRow;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Multi-row statements, whose values the driver writes into their texts. */
final class MySqlStatements implements ViewStatements {
    /** Longer statements gain little and hold a lot of memory in the driver. */
    private static final int MAX_ROWS = 2000;
    /** Past some ten thousand values MySQL's optimizer gives up on ranges and reads the whole table. */
    private static final int MAX_CONDITIONS = 4000;

    /** The number of values in a statement that lists the rows that stay; these are searched and do not become ranges. */
    private static final int MAX_LISTED = 8000;

    /** The number of rows that one statement queries, each with its own subquery. */
    private static final int MAX_QUESTIONS = 500;

    private final Database database;
    private @Nullable Connection limited;
    private long packetLimit;

    MySqlStatements(Database database) {
        this.database = database;
    }

    @Override
    public void vanish(View view, Map<RowKey, Set<RowKey>> groups) throws SQLException {
        List<RowKey> replaced = new ArrayList<>();
        List<RowKey> staying = new ArrayList<>();
        for (Map.Entry<RowKey, Set<RowKey>> group : groups.entrySet()) {
            int conditions = (replaced.size() + 1) * view.groupSize();
            int values = conditions + (staying.size() + group.getValue().size()) * view.keySize();
            if (!replaced.isEmpty() && (conditions > MAX_CONDITIONS || values > MAX_LISTED)) {
                vanish(view, replaced, staying);
            }
            replaced.add(group.getKey());
            staying.addAll(group.getValue());
        }
        if (!replaced.isEmpty()) {
            vanish(view, replaced, staying);
        }
    }

    private void vanish(View view, List<RowKey> replaced, List<RowKey> staying) throws SQLException {
        PreparedStatement statement = prepare(new Shape.Vanish(view, replaced.size(), staying.size()));
        int next = setKeys(statement, 1, view.groupSize(), replaced);
        setKeys(statement, next, view.keySize(), staying);
        statement.executeUpdate();
        replaced.clear();
        staying.clear();
    }

    @Override
    public void delete(View view, List<DeletedRow> deletes) throws SQLException {
        int conditions = view.keySize() + (view.hasRevision() ? 1 : 0);
        int chunk = Math.min(MAX_ROWS, Math.max(1, MAX_CONDITIONS / conditions));
        for (int from = 0; from < deletes.size(); from += chunk) {
            List<DeletedRow> part = deletes.subList(from, Math.min(deletes.size(), from + chunk));
            PreparedStatement statement = prepare(new Shape.Delete(view, part.size()));
            int parameter = 1;
            for (DeletedRow delete : part) {
                for (int i = 0; i < view.keySize(); i++) {
                    set(statement, parameter++, delete.key().value(i));
                }
                if (view.hasRevision()) {
                    set(statement, parameter++, delete.revision());
                }
            }
            statement.executeUpdate();
        }
    }

    @Override
    public void change(View view, String head, List<RowKey> keys, String tail) throws SQLException {
        for (List<RowKey> part : parts(keys, view.keySize())) {
            keyed(view, part, new Shape.Change(view, head, tail, part.size())).executeUpdate();
        }
    }

    @Override
    public void truncate(View view, @Nullable Object revision) throws SQLException {
        PreparedStatement statement = prepare(new Shape.Truncate(view));
        if (view.hasRevision()) {
            set(statement, 1, revision);
        }
        DdlStatements.executeUpdate(statement);
    }

    @Override
    public List<@Nullable Object[]> lock(View view, List<RowKey> keys) throws SQLException {
        return read(view, keys, count -> new Shape.Lock(view, count));
    }

    @Override
    public List<@Nullable Object[]> share(View view, List<RowKey> keys) throws SQLException {
        return read(view, keys, count -> new Shape.Share(view, count));
    }

    private List<@Nullable Object[]> read(View view, List<RowKey> keys, IntFunction<Shape> shape) throws SQLException {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (List<RowKey> part : parts(keys, view.keySize())) {
            try (ResultSet row = keyed(view, part, shape.apply(part.size())).executeQuery()) {
                while (row.next()) {
                    @Nullable
                    Object[] values = new @Nullable Object[view.columns().size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = SqlForms.read(row, i + 1, view.columns().get(i));
                    }
                    rows.add(values);
                }
            }
        }
        return rows;
    }

    @Override
    public BitSet exist(View view, int[] columns, List<RowKey> tuples) throws SQLException {
        BitSet found = new BitSet(tuples.size());
        List<Integer> indexes = Arrays.stream(columns).boxed().toList();
        for (int from = 0; from < tuples.size(); from += MAX_QUESTIONS) {
            List<RowKey> part = tuples.subList(from, Math.min(tuples.size(), from + MAX_QUESTIONS));
            PreparedStatement statement = prepare(new Shape.Exist(view, indexes, part.size()));
            setKeys(statement, 1, columns.length, part);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                for (int i = 0; i < part.size(); i++) {
                    found.set(from + i, row.getInt(i + 1) == 1);
                }
            }
        }
        return found;
    }

    @Override
    public int[] numberEqualTexts(Column column, List<String> texts) throws SQLException {
        int longest = texts.stream().mapToInt(String::length).max().orElse(1);
        Map<String, Integer> weights = new HashMap<>();
        int[] numbers = new int[texts.size()];
        for (int from = 0; from < texts.size(); from += MAX_QUESTIONS) {
            List<String> part = texts.subList(from, Math.min(texts.size(), from + MAX_QUESTIONS));
            PreparedStatement statement = prepare(new Shape.Weigh(column, Math.max(1, longest), part.size()));
            int parameter = 1;
            for (String text : part) {
                statement.setString(parameter++, text);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                for (int i = 0; i < part.size(); i++) {
                    numbers[from + i] = weights.merge(weight(row, i + 1), weights.size(), (first, next) -> first);
                }
            }
        }
        return numbers;
    }

    /** A document or text that the server cannot weigh is equal to itself alone. */
    private static String weight(ResultSet row, int index) throws SQLException {
        return String.valueOf(row.getString(index));
    }

    private PreparedStatement keyed(View view, List<RowKey> keys, Shape shape) throws SQLException {
        PreparedStatement statement = prepare(shape);
        setKeys(statement, 1, view.keySize(), keys);
        return statement;
    }

    /** Sets the parameters from this one on; returns the next one. */
    private static int setKeys(PreparedStatement statement, int first, int size, List<RowKey> keys)
            throws SQLException {
        int parameter = first;
        for (RowKey key : keys) {
            for (int i = 0; i < size; i++) {
                set(statement, parameter++, key.value(i));
            }
        }
        return parameter;
    }

    private static List<List<RowKey>> parts(List<RowKey> keys, int size) {
        int chunk = Math.min(MAX_ROWS, Math.max(1, MAX_CONDITIONS / size));
        List<List<RowKey>> parts = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += chunk) {
            parts.add(keys.subList(from, Math.min(keys.size(), from + chunk)));
        }
        return parts;
    }

    @Override
    public void upsert(View view, ColumnSet columns, List<@Nullable Object[]> rows) throws SQLException {
        write(view, columns, rows, count -> new Shape.Upsert(view, columns, count));
    }

    @Override
    public void append(View view, ColumnSet columns, List<@Nullable Object[]> rows) throws SQLException {
        write(view, columns, rows, count -> new Shape.Append(view, columns, count));
    }

    @Override
    public void insert(View view, ColumnSet columns, List<@Nullable Object[]> rows) throws SQLException {
        write(view, columns, rows, count -> new Shape.Insert(view, columns, count));
    }

    @Override
    public void accumulate(Accumulation accumulation, List<@Nullable Object[]> rows) throws SQLException {
        write(accumulation.view(), accumulation.columns(), rows, count -> new Shape.Accumulate(accumulation, count));
    }

    private void write(View view, ColumnSet columns, List<@Nullable Object[]> rows, IntFunction<Shape> shape)
            throws SQLException {
        int from = 0;
        while (from < rows.size()) {
            List<@Nullable Object[]> part = rows.subList(from, from + chunk(rows, from));
            PreparedStatement statement = prepare(shape.apply(part.size()));
            int parameter = 1;
            for (@Nullable Object[] row : part) {
                for (int i = 0; i < view.keySize(); i++) {
                    set(statement, parameter++, row[i]);
                }
                for (int index : columns.indexes()) {
                    set(statement, parameter++, row[index]);
                }
            }
            statement.executeUpdate();
            from += part.size();
        }
    }

    private PreparedStatement prepare(Shape shape) throws SQLException {
        return database.prepare(shape, () -> MySqlSql.sql(shape));
    }

    /** How many rows from here fit a statement; at least one, so that a row too big by itself is refused by itself. */
    private int chunk(List<@Nullable Object[]> rows, int from) throws SQLException {
        long room = packetLimit() / 10 * 9;
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

    /** How many bytes a statement may have, its values included. */
    private long packetLimit() throws SQLException {
        Connection connection = database.current();
        if (connection != limited) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT @@max_allowed_packet")) {
                row.next();
                packetLimit = row.getLong(1);
            }
            limited = connection;
        }
        return packetLimit;
    }

    private static long upperBound(@Nullable Object[] row) {
        long bytes = 2;
        for (Object value : row) {
            // Every character quoted is two bytes, or three in UTF-8; every byte quoted is two.
            bytes += value instanceof String text
                    ? 3L * text.length() + 4
                    : value instanceof byte[] data ? 2L * data.length + 12 : 72;
        }
        return bytes;
    }

    private static void set(PreparedStatement statement, int parameter, @Nullable Object value) throws SQLException {
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
