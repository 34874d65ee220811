package io.millrace.connectors.event.faults;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A table: its rows, the statements that change them, and the events that these changes become by the rules. The rows are those
 * of the open transaction; {@link #save} and {@link #restore} take its changes back. For one thread.
 */
abstract class ShopTable {
    static final String DATABASE = "shop";

    private final String name;
    private final List<String> key;
    private Map<String, Row> rows = new LinkedHashMap<>();

    /**
     * An empty table.
     *
     * @param key the columns of the primary key, which are the key of the events
     */
    ShopTable(String name, String... key) {
        this.name = name;
        this.key = List.of(key);
    }

    /** The statement that creates the table. */
    abstract String definition();

    /** The rules, without the clause of the table, in their order. */
    abstract List<String> rules();

    /** What the rules share, without the table. */
    abstract String defaults();

    /** How often the traffic changes this table, compared with others. */
    abstract int weight();

    /** Changes the table at random, with one statement. */
    abstract void changeRandomly(ShopTransaction transaction) throws SQLException;

    /** The event of a row that was created. */
    abstract Optional<ShopEvent> created(Row after, Map<String, String> context);

    /** The event of a row that was updated, with the same key. */
    abstract Optional<ShopEvent> updated(Row before, Row after, Map<String, String> context);

    /** The event of a row that was deleted. */
    abstract Optional<ShopEvent> deleted(Row before, Map<String, String> context);

    /** The event that a row that was created or updated becomes in addition. */
    Optional<ShopEvent> also(Row after, Map<String, String> context) {
        return Optional.empty();
    }

    /** The event of a row that a snapshot finds. */
    Optional<ShopEvent> read(Row found) {
        return Optional.empty();
    }

    String name() {
        return name;
    }

    /** With its database. */
    String fullName() {
        return DATABASE + "." + name;
    }

    List<String> key() {
        return key;
    }

    /** The rows by their subjects. */
    Map<String, Row> rows() {
        return Collections.unmodifiableMap(rows);
    }

    /** The rows as they are. */
    Object save() {
        return new LinkedHashMap<>(rows);
    }

    /** Makes the rows what they were. */
    @SuppressWarnings("unchecked")
    void restore(Object saved) {
        rows = new LinkedHashMap<>((Map<String, Row>) saved);
    }

    /** The rows are gone, without a change of each. */
    void clearRows() {
        rows.clear();
    }

    /** The event of a row. */
    ShopEvent event(String type, Row row, List<String> fields, Map<String, String> context) {
        return ShopEvent.of(name, row.subject(key), type, row.revision(), context, row.body(fields));
    }

    /** Some rows, at most this many. */
    List<Row> pickRows(Random random, int most) {
        List<Row> all = new ArrayList<>(rows.values());
        Collections.shuffle(all, random);
        return all.subList(0, Math.min(all.size(), 1 + random.nextInt(most)));
    }

    /** Inserts rows that have one revision, with one statement. */
    void insertRows(ShopTransaction transaction, List<Row> added) throws SQLException {
        insertRows(transaction, added, insert(fullName(), columns(added), cells(added)));
    }

    /** Inserts many rows of numbers and texts that have one revision, with one statement. */
    void insertMany(ShopTransaction transaction, List<Row> added) throws SQLException {
        insertRows(transaction, added, transaction.sql().insertMany(fullName(), columns(added), cells(added)));
    }

    private static List<String> columns(List<Row> added) {
        List<String> columns = new ArrayList<>(added.get(0).cells().keySet());
        columns.add(Row.REVISION);
        return columns;
    }

    /** In the order of {@link #columns}. */
    private static List<List<Cell>> cells(List<Row> added) {
        List<List<Cell>> all = new ArrayList<>();
        for (Row row : added) {
            List<Cell> cells = new ArrayList<>();
            added.get(0).cells().keySet().forEach(column -> cells.add(row.cell(column)));
            cells.add(Cell.of(row.revision()));
            all.add(cells);
        }
        return all;
    }

    /** A statement that inserts rows. */
    static String insert(String table, List<String> columns, List<List<Cell>> rows) {
        return rows.stream()
                .map(row -> row.stream().map(Cell::sql).collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(
                        ", ", "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES ", ""));
    }

    private void insertRows(ShopTransaction transaction, List<Row> added, String statement) throws SQLException {
        Map<String, String> context = transaction.execute(statement);
        for (Row row : added) {
            put(transaction, row);
            created(row, context).ifPresent(transaction::add);
            also(row, context).ifPresent(transaction::add);
        }
    }

    /** Gives columns outside of the key new values, in these rows, with one statement. */
    void updateRows(ShopTransaction transaction, Collection<Row> changed, Map<String, Cell> values)
            throws SQLException {
        long revision = transaction.nextRevision();
        String assignments = values.entrySet().stream()
                .map(value -> value.getKey() + " = " + value.getValue().sql() + ", ")
                .collect(Collectors.joining());
        Map<String, String> context = transaction.execute("UPDATE " + fullName() + " SET " + assignments + Row.REVISION
                + " = " + revision + " WHERE " + selectRows(changed));
        for (Row before : changed) {
            Row after = before.change(revision, values);
            put(transaction, after);
            updated(before, after, context).ifPresent(transaction::add);
            also(after, context).ifPresent(transaction::add);
        }
    }

    /** Deletes rows with one statement. */
    void deleteRows(ShopTransaction transaction, Collection<Row> gone) throws SQLException {
        Map<String, String> context = transaction.execute("DELETE FROM " + fullName() + " WHERE " + selectRows(gone));
        for (Row before : gone) {
            rows.remove(before.subject(key));
            deleted(before, context).ifPresent(transaction::add);
        }
    }

    /** Gives rows other keys with one statement, the first column of the key from these numbers. */
    void moveRows(ShopTransaction transaction, List<Row> moved, List<Long> numbers) throws SQLException {
        long revision = transaction.nextRevision();
        String column = key.get(0);
        StringBuilder cases = new StringBuilder();
        for (int i = 0; i < moved.size(); i++) {
            cases.append(" WHEN ")
                    .append(moved.get(i).cell(column).sql())
                    .append(" THEN ")
                    .append(numbers.get(i));
        }
        Map<String, String> context = transaction.execute("UPDATE " + fullName() + " SET " + column + " = CASE "
                + column + cases + " END, " + Row.REVISION + " = " + revision + " WHERE " + selectRows(moved));
        for (int i = 0; i < moved.size(); i++) {
            Row before = moved.get(i);
            Row after = before.change(revision, Map.of(column, Cell.of(numbers.get(i))));
            rows.remove(before.subject(key));
            put(transaction, after);
            deleted(before, context).ifPresent(transaction::add);
            created(after, context).ifPresent(transaction::add);
            also(after, context).ifPresent(transaction::add);
        }
    }

    private void put(ShopTransaction transaction, Row row) {
        rows.put(row.subject(key), row);
        read(row).ifPresent(transaction::addState);
    }

    private String selectRows(Collection<Row> selected) {
        return selected.stream()
                .map(row ->
                        key.stream().map(column -> row.cell(column).sql()).collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", ", "(" + String.join(", ", key) + ") IN (", ")"));
    }
}
