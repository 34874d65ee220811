package io.millrace.connectors.projection.database.postgresql;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.DdlStatements;
import io.millrace.connectors.projection.database.SqlForms;
import io.millrace.connectors.projection.database.StateException;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.table.Accumulation;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.DeletedRow;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Statements whose parameters are arrays, one for each column. */
final class PostgresStatements implements ViewStatements {
    /** Longer arrays gain nothing and hold memory. */
    private static final int MAX_ROWS = 10_000;
    /** A message to the server may have a gigabyte; far below it, memory is the limit. */
    private static final long MAX_BYTES = 32L << 20;

    /** Fewer rows are written sooner without the detour. */
    private static final int MIN_STAGED = 500;

    private final Database database;
    private final Stage stage;

    PostgresStatements(Database database) {
        this.database = database;
        this.stage = new Stage(database);
    }

    private record Upsert(View view, ColumnSet columns) {}

    private record Append(View view, ColumnSet columns) {}

    private record Insert(View view, ColumnSet columns) {}

    private record Accumulate(Accumulation accumulation) {}

    private record Lock(View view) {}

    private record Share(View view) {}

    private record Truncate(View view) {}

    private record Change(View view, String head, String tail) {}

    private record Exist(View view, List<Integer> columns) {}

    private record NumberEqual(Column column) {}

    private record Delete(View view) {}

    private record Vanish(View view) {}

    @Override
    public void upsert(View view, ColumnSet columns, List<@Nullable Object[]> rows) throws SQLException {
        write(view, columns, rows, new Upsert(view, columns), source -> PostgresSql.upsert(view, columns, source));
    }

    @Override
    public void append(View view, ColumnSet columns, List<@Nullable Object[]> rows) throws SQLException {
        write(view, columns, rows, new Append(view, columns), source -> PostgresSql.append(view, columns, source));
    }

    @Override
    public void insert(View view, ColumnSet columns, List<@Nullable Object[]> rows) throws SQLException {
        write(view, columns, rows, new Insert(view, columns), source -> PostgresSql.insert(view, columns, source));
    }

    @Override
    public void accumulate(Accumulation accumulation, List<@Nullable Object[]> rows) throws SQLException {
        write(
                accumulation.view(),
                accumulation.columns(),
                rows,
                new Accumulate(accumulation),
                source -> PostgresSql.accumulate(accumulation, source));
    }

    private record Staged(Object shape) {}

    private void write(
            View view,
            ColumnSet columns,
            List<@Nullable Object[]> rows,
            Object shape,
            Function<String, String> sqlOfSource)
            throws SQLException {
        int from = 0;
        while (from < rows.size()) {
            List<@Nullable Object[]> part = rows.subList(from, from + chunk(rows, from));
            if (part.size() >= MIN_STAGED && stage.isPermitted()) {
                copy(view, columns, part, shape, sqlOfSource);
            } else {
                insert(view, columns, part, shape, sqlOfSource);
            }
            from += part.size();
        }
    }

    private void copy(
            View view,
            ColumnSet columns,
            List<@Nullable Object[]> rows,
            Object shape,
            Function<String, String> sqlOfSource)
            throws SQLException {
        List<Function<@Nullable Object[], @Nullable Object>> values = new ArrayList<>();
        for (int index : indexes(view, columns)) {
            values.add(row -> copied(row[index]));
        }
        List<Column> written = PostgresSql.written(view, columns);
        long copy = stage.copy(written, rows, values);
        PreparedStatement statement = database.prepare(
                new Staged(shape), () -> sqlOfSource.apply(PostgresSql.staged(PostgresSql.stage(written))));
        statement.setLong(1, copy);
        statement.executeUpdate();
    }

    private void insert(
            View view,
            ColumnSet columns,
            List<@Nullable Object[]> rows,
            Object shape,
            Function<String, String> sqlOfSource)
            throws SQLException {
        PreparedStatement statement = database.prepare(
                shape, () -> sqlOfSource.apply(PostgresSql.arrays(PostgresSql.written(view, columns))));
        int parameter = 1;
        for (int index : indexes(view, columns)) {
            set(statement, parameter++, view, index, rows.size(), rows::get);
        }
        statement.executeUpdate();
    }

    private static int[] indexes(View view, ColumnSet columns) {
        return IntStream.concat(IntStream.range(0, view.keySize()), Arrays.stream(columns.indexes()))
                .toArray();
    }

    @Override
    public void truncate(View view, @Nullable Object revision) throws SQLException {
        PreparedStatement statement = database.prepare(new Truncate(view), () -> PostgresSql.truncate(view));
        if (view.hasRevision()) {
            set(statement, 1, view.columns().get(view.revision()), 1, row -> revision);
        }
        DdlStatements.executeUpdate(statement);
    }

    @Override
    public List<@Nullable Object[]> lock(View view, List<RowKey> keys) throws SQLException {
        return read(view, keys, new Lock(view), () -> PostgresSql.lock(view));
    }

    @Override
    public List<@Nullable Object[]> share(View view, List<RowKey> keys) throws SQLException {
        return read(view, keys, new Share(view), () -> PostgresSql.share(view));
    }

    private List<@Nullable Object[]> read(View view, List<RowKey> keys, Object shape, Supplier<String> sql)
            throws SQLException {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (List<RowKey> part : parts(keys)) {
            PreparedStatement statement = database.prepare(shape, sql);
            setKeys(statement, 1, view, view.keySize(), part);
            try (ResultSet row = statement.executeQuery()) {
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
    public void change(View view, String head, List<RowKey> keys, String tail) throws SQLException {
        for (List<RowKey> part : parts(keys)) {
            PreparedStatement statement =
                    database.prepare(new Change(view, head, tail), () -> PostgresSql.change(view, head, tail));
            setKeys(statement, 1, view, view.keySize(), part);
            statement.executeUpdate();
        }
    }

    @Override
    public BitSet exist(View view, int[] columns, List<RowKey> tuples) throws SQLException {
        BitSet found = new BitSet(tuples.size());
        List<Integer> indexes = Arrays.stream(columns).boxed().toList();
        int tuple = 0;
        for (List<RowKey> part : parts(tuples)) {
            PreparedStatement statement =
                    database.prepare(new Exist(view, indexes), () -> PostgresSql.exist(view, columns));
            for (int i = 0; i < columns.length; i++) {
                int index = i;
                set(statement, i + 1, view.columns().get(columns[i]), part.size(), row -> part.get(row)
                        .value(index));
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.set(tuple++, row.getBoolean(1));
                }
            }
        }
        return found;
    }

    @Override
    public int[] numberEqualTexts(Column column, List<String> texts) throws SQLException {
        PreparedStatement statement = database.prepare(new NumberEqual(column), () -> PostgresSql.numberEqual(column));
        set(statement, 1, column, texts.size(), texts::get);
        int[] numbers = new int[texts.size()];
        try (ResultSet row = statement.executeQuery()) {
            for (int i = 0; i < numbers.length && row.next(); i++) {
                numbers[i] = row.getInt(1);
            }
        }
        return numbers;
    }

    @Override
    public void delete(View view, List<DeletedRow> deletes) throws SQLException {
        for (int from = 0; from < deletes.size(); from += MAX_ROWS) {
            List<DeletedRow> part = deletes.subList(from, Math.min(deletes.size(), from + MAX_ROWS));
            PreparedStatement statement = database.prepare(new Delete(view), () -> PostgresSql.delete(view));
            int next = setKeys(
                    statement,
                    1,
                    view,
                    view.keySize(),
                    part.stream().map(DeletedRow::key).toList());
            if (view.hasRevision()) {
                Column revision = view.columns().get(view.revision());
                set(statement, next, revision, part.size(), row -> part.get(row).revision());
            }
            statement.executeUpdate();
        }
    }

    private static List<List<RowKey>> parts(List<RowKey> keys) {
        List<List<RowKey>> parts = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += MAX_ROWS) {
            parts.add(keys.subList(from, Math.min(keys.size(), from + MAX_ROWS)));
        }
        return parts;
    }

    @Override
    public void vanish(View view, Map<RowKey, Set<RowKey>> groups) throws SQLException {
        List<RowKey> replaced = new ArrayList<>();
        List<RowKey> staying = new ArrayList<>();
        for (Map.Entry<RowKey, Set<RowKey>> group : groups.entrySet()) {
            replaced.add(group.getKey());
            staying.addAll(group.getValue());
            if (replaced.size() + staying.size() >= MAX_ROWS) {
                vanish(view, replaced, staying);
            }
        }
        if (!replaced.isEmpty()) {
            vanish(view, replaced, staying);
        }
    }

    private void vanish(View view, List<RowKey> replaced, List<RowKey> staying) throws SQLException {
        PreparedStatement statement = database.prepare(new Vanish(view), () -> PostgresSql.vanish(view));
        int next = setKeys(statement, 1, view, view.groupSize(), replaced);
        setKeys(statement, next, view, view.keySize(), staying);
        statement.executeUpdate();
        replaced.clear();
        staying.clear();
    }

    private int setKeys(PreparedStatement statement, int first, View view, int size, List<RowKey> keys)
            throws SQLException {
        int parameter = first;
        for (int i = 0; i < size; i++) {
            int index = i;
            set(statement, parameter++, view.columns().get(i), keys.size(), row -> keys.get(row)
                    .value(index));
        }
        return parameter;
    }

    private void set(
            PreparedStatement statement,
            int parameter,
            View view,
            int index,
            int count,
            IntFunction<@Nullable Object[]> rows)
            throws SQLException {
        set(statement, parameter, view.columns().get(index), count, row -> rows.apply(row)[index]);
    }

    private void set(
            PreparedStatement statement, int parameter, Column column, int count, IntFunction<@Nullable Object> values)
            throws SQLException {
        String type = PostgresSql.parameterType(column);
        Object[] array =
                switch (type) {
                    case "int8" -> new Long[count];
                    case "float8" -> new Double[count];
                    case "bool" -> new Boolean[count];
                    case "bytea" -> new byte[count][];
                    default -> new String[count];
                };
        for (int i = 0; i < count; i++) {
            Object value = values.apply(i);
            if (value instanceof BigInteger) {
                throw new StateException("integer out of range", "22003");
            }
            array[i] = array instanceof String[] && value != null ? text(value) : value;
        }
        statement.setArray(parameter, database.current().createArrayOf(type, array));
    }

    /** What {@link Stage} writes in a form of its own stays as it is. */
    private static @Nullable Object copied(@Nullable Object value) {
        return value == null || value instanceof Number || value instanceof Boolean || value instanceof byte[]
                ? value
                : text(value);
    }

    private static String text(Object value) {
        if (value instanceof Collection<?> array) {
            return arrayLiteral(array);
        } else if (value instanceof LocalDate date) {
            return date(date, "");
        } else if (value instanceof LocalDateTime moment) {
            return date(moment.toLocalDate(), " " + moment.toLocalTime());
        } else if (value instanceof byte[] bytes) {
            return "\\x" + HexFormat.of().formatHex(bytes);
        }
        return value.toString();
    }

    /** PostgreSQL reads years of more than four digits without a sign, and has no year 0. */
    private static String date(LocalDate date, String time) {
        int year = date.getYear() > 0 ? date.getYear() : 1 - date.getYear();
        return "%04d-%02d-%02d%s%s"
                .formatted(year, date.getMonthValue(), date.getDayOfMonth(), time, date.getYear() > 0 ? "" : " BC");
    }

    /** An array as PostgreSQL reads it, with every element in quotes. */
    private static String arrayLiteral(Collection<?> array) {
        StringBuilder literal = new StringBuilder("{");
        for (Object element : array) {
            if (literal.length() > 1) {
                literal.append(',');
            }
            if (element == null) {
                literal.append("NULL");
            } else if (element instanceof Collection<?> inner) {
                literal.append(arrayLiteral(inner));
            } else {
                literal.append('"')
                        .append(text(element).replace("\\", "\\\\").replace("\"", "\\\""))
                        .append('"');
            }
        }
        return literal.append('}').toString();
    }

    /** How many rows from here go into a statement; at least one. */
    private static int chunk(List<@Nullable Object[]> rows, int from) {
        long room = MAX_BYTES;
        int to = from;
        while (to < rows.size() && to - from < MAX_ROWS) {
            for (Object value : rows.get(to)) {
                room -= value instanceof String text ? text.length() : value instanceof byte[] data ? data.length : 16;
            }
            if (room < 0) {
                break;
            }
            to++;
        }
        return Math.max(1, to - from);
    }
}
