package io.millrace.connectors.projection.database.mysql;

import io.millrace.connectors.projection.table.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** The statements in MySQL's words (8.0.19 or newer, for the row alias). */
final class MySqlSql {
    private MySqlSql() {}

    /** An identifier in backticks. */
    static String quote(String identifier) {
        return "`" + identifier.replace("`", "``") + "`";
    }

    /** The text of a statement. */
    static String sql(Shape shape) {
        if (shape instanceof Shape.Upsert upsert) {
            return upsert(upsert);
        } else if (shape instanceof Shape.Delete delete) {
            return delete(delete);
        }
        return vanish((Shape.Vanish) shape);
    }

    private static String upsert(Shape.Upsert shape) {
        View view = shape.view();
        List<String> key = names(view, 0, view.keySize());
        List<String> others = new ArrayList<>();
        for (int index : shape.columns().indexes()) {
            others.add(quote(view.columns().get(index).name()));
        }
        List<String> all = new ArrayList<>(key);
        all.addAll(others);
        String alias = quote(view.name().table().equalsIgnoreCase("incoming") ? "incoming_row" : "incoming");
        // A row that is nothing but its key: writing the key again changes nothing.
        String assignments = view.hasRevision()
                ? newer(view, others, alias)
                : (others.isEmpty() ? key.subList(0, 1) : others)
                        .stream().map(name -> name + " = " + alias + "." + name).collect(Collectors.joining(", "));
        return "INSERT INTO " + name(view) + " (" + String.join(", ", all) + ") VALUES "
                + repeat(tuple(all.size()), shape.rows()) + " AS " + alias + " ON DUPLICATE KEY UPDATE " + assignments;
    }

    /** MySQL assigns from left to right: the revision, which the others are decided by, comes last. */
    private static String newer(View view, List<String> columns, String alias) {
        String revision = quote(view.columns().get(view.revision()).name());
        String existing = name(view) + ".";
        String isNewer = existing + revision + " IS NULL OR " + alias + "." + revision + " >= " + existing + revision;
        List<String> inOrder = new ArrayList<>(columns);
        inOrder.remove(revision);
        inOrder.add(revision);
        return inOrder.stream()
                .map(name -> name + " = IF(" + isNewer + ", " + alias + "." + name + ", " + existing + name + ")")
                .collect(Collectors.joining(", "));
    }

    private static String delete(Shape.Delete shape) {
        View view = shape.view();
        if (view.hasRevision()) {
            String revision = quote(view.columns().get(view.revision()).name());
            String row = names(view, 0, view.keySize()).stream()
                    .map(name -> name + " = ?")
                    .collect(Collectors.joining(
                            " AND ", "(", " AND (" + revision + " IS NULL OR " + revision + " <= ?))"));
            return "DELETE FROM " + name(view) + " WHERE "
                    + String.join(" OR ", Collections.nCopies(shape.rows(), row));
        }
        return "DELETE FROM " + name(view) + " WHERE " + in(names(view, 0, view.keySize()), "IN", shape.rows());
    }

    private static String vanish(Shape.Vanish shape) {
        View view = shape.view();
        String group = names(view, 0, view.groupSize()).stream()
                .map(name -> name + " = ?")
                .collect(Collectors.joining(" AND "));
        List<String> element = names(view, view.groupSize(), view.keySize());
        return "DELETE FROM " + name(view) + " WHERE "
                + shape.staying().stream()
                        .map(staying -> staying == 0
                                ? "(" + group + ")"
                                : "(" + group + " AND " + in(element, "NOT IN", staying) + ")")
                        .collect(Collectors.joining(" OR "));
    }

    private static String name(View view) {
        return view.name().database() == null
                ? quote(view.name().table())
                : quote(view.name().database()) + "." + quote(view.name().table());
    }

    private static String in(List<String> columns, String operator, int rows) {
        String left = columns.size() == 1 ? columns.get(0) : "(" + String.join(", ", columns) + ")";
        return left + " " + operator + " (" + repeat(columns.size() == 1 ? "?" : tuple(columns.size()), rows) + ")";
    }

    private static List<String> names(View view, int from, int to) {
        return view.columns().subList(from, to).stream()
                .map(column -> quote(column.name()))
                .toList();
    }

    private static String tuple(int size) {
        return "(" + repeat("?", size) + ")";
    }

    private static String repeat(String what, int times) {
        return String.join(",", Collections.nCopies(times, what));
    }
}
