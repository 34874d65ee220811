package io.millrace.it.formats;

import io.millrace.it.formats.ColumnType.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A table, its rules, and beside the database the model of both: which rows there are and which events their changes must
 * have become.
 */
final class TypedTable {
    /** A column; generated ones say what they mean of the row's other columns. */
    record Column(String name, ColumnType type, boolean nullable, Meaning generated) {
        Column(String name, ColumnType type, boolean nullable) {
            this(name, type, nullable, null);
        }
    }

    interface Meaning {
        String of(Map<String, String> row);
    }

    /** An event as it must be seen: its type, and what each field means. */
    record Event(String type, Map<String, String> key, Map<String, String> fields) {}

    private final String name;
    private final List<Column> key;
    private final List<Column> columns;
    private final Map<String, Map<String, String>> rows = new TreeMap<>();
    private final List<Event> events = new ArrayList<>();

    TypedTable(String name, List<Column> key, Column... columns) {
        this.name = name;
        this.key = key;
        this.columns = new ArrayList<>(key);
        this.columns.addAll(List.of(columns));
    }

    String name() {
        return name;
    }

    List<Column> key() {
        return key;
    }

    List<Column> columns() {
        return columns;
    }

    List<Event> events() {
        return events;
    }

    String ddl() {
        return "CREATE TABLE " + name + " ("
                + columns.stream()
                        .map(column -> column.name() + " " + column.type().sql()
                                + (column.generated() != null ? "" : column.nullable() ? " NULL" : " NOT NULL"))
                        .collect(Collectors.joining(", "))
                + ", PRIMARY KEY (" + names(key) + ")) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_bin";
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    String defaults(String database, String topic) {
        return database + "." + name + "; key: " + names(key) + "; fields: " + names(columns) + "; topic: " + topic;
    }

    /** What its rules say after their tables. */
    Map<String, String> rules() {
        Map<String, String> rules = new LinkedHashMap<>();
        rules.put("Found", "on: create, read");
        rules.put("Special", "on: update; when: changed('" + special() + "')");
        rules.put("Touched", "on: update");
        rules.put("Gone", "on: delete; fields: " + names(key));
        return rules;
    }

    private String special() {
        return columns.get(key.size()).name();
    }

    /** The rows that are there, as a snapshot finds them: in the order of nothing. */
    void readByTheSnapshot() {
        events.clear();
        rows.values().forEach(row -> event("Found", row, columns));
    }

    /** A statement that changes some row; the model changes with it. Null where there is nothing to change. */
    String change(Random random) {
        int kind = random.nextInt(10);
        if (rows.isEmpty() || kind < 4) {
            return insert(random);
        }
        String id = List.copyOf(rows.keySet()).get(random.nextInt(rows.size()));
        return kind < 8 ? update(id, random) : kind == 8 ? move(id, random) : delete(id);
    }

    private String insert(Random random) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        for (Column column : columns) {
            if (column.generated() == null) {
                cells.put(column.name(), cell(column, random));
            }
        }
        Map<String, String> row = row(cells, Map.of());
        if (rows.putIfAbsent(id(row), row) != null) {
            return null;
        }
        event("Found", row, columns);
        return "INSERT INTO " + name + " (" + String.join(", ", cells.keySet()) + ") VALUES ("
                + cells.values().stream().map(Cell::literal).collect(Collectors.joining(", ")) + ")";
    }

    private String update(String id, Random random) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        for (Column column : columns.subList(key.size(), columns.size())) {
            if (column.generated() == null && random.nextInt(3) == 0) {
                cells.put(column.name(), cell(column, random));
            }
        }
        Map<String, String> before = rows.get(id);
        Map<String, String> after = row(cells, before);
        // A zero date and the epoch are two values for MySQL and one for a consumer, so an event may say nothing new.
        boolean nothing = after.equals(before);
        if (nothing) {
            return null;
        }
        rows.put(id, after);
        event(Objects.equals(before.get(special()), after.get(special())) ? "Touched" : "Special", after, columns);
        return "UPDATE " + name + " SET " + assignments(cells) + " WHERE " + where(before);
    }

    /** To another key: the end of one row and the beginning of another. */
    private String move(String id, Random random) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        key.forEach(column -> cells.put(column.name(), cell(column, random)));
        Map<String, String> before = rows.get(id);
        Map<String, String> after = row(cells, before);
        if (rows.containsKey(id(after))) {
            return null;
        }
        String sql = "UPDATE " + name + " SET " + assignments(cells) + " WHERE " + where(before);
        delete(id);
        rows.put(id(after), after);
        event("Found", after, columns);
        return sql;
    }

    private String delete(String id) {
        Map<String, String> row = rows.remove(id);
        event("Gone", row, key);
        return "DELETE FROM " + name + " WHERE " + where(row);
    }

    private static Cell cell(Column column, Random random) {
        return column.nullable() && random.nextInt(5) == 0
                ? Cell.NULL
                : column.type().cells().apply(random);
    }

    private Map<String, String> row(Map<String, Cell> cells, Map<String, String> before) {
        Map<String, String> row = new LinkedHashMap<>();
        for (Column column : columns) {
            if (column.generated() == null) {
                Cell cell = cells.get(column.name());
                row.put(column.name(), cell == null ? before.get(column.name()) : cell.meaning());
            } else {
                row.put(column.name(), column.generated().of(row));
            }
        }
        return row;
    }

    private static String assignments(Map<String, Cell> cells) {
        return cells.entrySet().stream()
                .map(cell -> cell.getKey() + " = " + cell.getValue().literal())
                .collect(Collectors.joining(", "));
    }

    private String where(Map<String, String> row) {
        return key.stream()
                .map(column -> column.name() + " = "
                        + (column.type().connect().equals("string")
                                        || column.type().connect().equals("int32")
                                ? ColumnType.quoted(row.get(column.name()))
                                : row.get(column.name())))
                .collect(Collectors.joining(" AND "));
    }

    private String id(Map<String, String> row) {
        return key.stream().map(column -> row.get(column.name())).collect(Collectors.joining(" | "));
    }

    private void event(String type, Map<String, String> row, List<Column> fields) {
        events.add(new Event(name + type, only(row, key), only(row, fields)));
    }

    private static Map<String, String> only(Map<String, String> row, List<Column> columns) {
        Map<String, String> only = new LinkedHashMap<>();
        columns.forEach(column -> only.put(column.name(), row.get(column.name())));
        return only;
    }
}
