package io.millrace.connectors.projection.database.mysql;

import io.millrace.connectors.projection.table.Accumulation;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** The statements in MySQL's SQL (8.0.19 or newer, for the row alias). */
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
        } else if (shape instanceof Shape.Append append) {
            return append(append);
        } else if (shape instanceof Shape.Insert insert) {
            return insert(insert.view(), insert.columns(), insert.rows());
        } else if (shape instanceof Shape.Accumulate accumulate) {
            return accumulate(accumulate);
        } else if (shape instanceof Shape.Lock lock) {
            return select(lock.view(), lock.rows()) + " FOR UPDATE";
        } else if (shape instanceof Shape.Share share) {
            return select(share.view(), share.rows()) + " FOR SHARE";
        } else if (shape instanceof Shape.Truncate truncate) {
            return truncate(truncate.view());
        } else if (shape instanceof Shape.Change change) {
            return change.head() + " WHERE " + keys(change.view(), change.rows()) + change.tail();
        } else if (shape instanceof Shape.Exist exist) {
            return exist(exist);
        } else if (shape instanceof Shape.Weigh weigh) {
            return "SELECT " + repeat(weight(weigh.column(), weigh.length()), weigh.texts());
        } else if (shape instanceof Shape.Delete delete) {
            return delete(delete);
        }
        return vanish((Shape.Vanish) shape);
    }

    private static String select(View view, int rows) {
        return "SELECT " + String.join(", ", names(view, 0, view.columns().size())) + " FROM " + name(view) + " WHERE "
                + keys(view, rows);
    }

    /** Not TRUNCATE, which ends the transaction. */
    private static String truncate(View view) {
        String all = "DELETE FROM " + name(view);
        if (!view.hasRevision()) {
            return all;
        }
        String revision = quote(view.columns().get(view.revision()).name());
        return all + " WHERE " + revision + " IS NULL OR " + revision + " < ?";
    }

    private static String insert(View view, ColumnSet columns, int rows) {
        List<String> all = new ArrayList<>(names(view, 0, view.keySize()));
        for (int index : columns.indexes()) {
            all.add(quote(view.columns().get(index).name()));
        }
        return "INSERT INTO " + name(view) + " (" + String.join(", ", all) + ") VALUES "
                + repeat(tuple(all.size()), rows);
    }

    /** Not INSERT IGNORE, which would also ignore values that do not fit. */
    private static String append(Shape.Append shape) {
        View view = shape.view();
        String first = quote(view.columns().get(0).name());
        return insert(view, shape.columns(), shape.rows()) + " ON DUPLICATE KEY UPDATE " + first + " = " + name(view)
                + "." + first;
    }

    private static String accumulate(Shape.Accumulate shape) {
        Accumulation accumulation = shape.accumulation();
        View view = accumulation.view();
        String alias = alias(view);
        List<String> assignments = new ArrayList<>();
        for (int index : accumulation.columns().indexes()) {
            String column = quote(view.columns().get(index).name());
            assignments.add(
                    column + " = " + accumulation.combine(index, name(view) + "." + column, alias + "." + column));
        }
        return insert(view, accumulation.columns(), shape.rows()) + " AS " + alias + " ON DUPLICATE KEY UPDATE "
                + String.join(", ", assignments);
    }

    private static String exist(Shape.Exist shape) {
        String conditions = shape.columns().stream()
                .map(shape.view().columns()::get)
                // A text would be compared as a JSON string, not as a document.
                .map(column ->
                        quote(column.name()) + " = " + (column.kind() == ColumnKind.JSON ? "CAST(? AS JSON)" : "?"))
                .collect(Collectors.joining(" AND "));
        return "SELECT "
                + repeat("EXISTS (SELECT 1 FROM " + name(shape.view()) + " WHERE " + conditions + ")", shape.tuples());
    }

    /**
     * The expression that is compared instead of a text: by a collation that pads, equal texts may have different numbers of spaces
     * at their ends, so all are weighed with one length.
     */
    private static String weight(Column column, int length) {
        if (column.kind() == ColumnKind.JSON) {
            return "CAST(CAST(? AS JSON) AS CHAR)";
        }
        String collation = column.collation();
        if (collation == null) {
            return "?";
        }
        String characters = collation.substring(0, collation.indexOf('_'));
        return "HEX(WEIGHT_STRING(CONVERT(? USING " + characters + ") COLLATE " + collation + " AS CHAR(" + length
                + ")))";
    }

    private static String alias(View view) {
        return quote(view.name().table().equalsIgnoreCase("incoming") ? "incoming_row" : "incoming");
    }

    private static String keys(View view, int rows) {
        return in(names(view, 0, view.keySize()), "IN", rows);
    }

    private static String upsert(Shape.Upsert shape) {
        View view = shape.view();
        List<String> key = names(view, 0, view.keySize());
        List<String> others = new ArrayList<>();
        for (int index : shape.columns().indexes()) {
            others.add(quote(view.columns().get(index).name()));
        }
        String alias = alias(view);
        // A row that is nothing but its key: writing the key again changes nothing.
        String assignments = view.hasRevision()
                ? newer(view, others, alias)
                : (others.isEmpty() ? key.subList(0, 1) : others)
                        .stream().map(name -> name + " = " + alias + "." + name).collect(Collectors.joining(", "));
        return insert(view, shape.columns(), shape.rows()) + " AS " + alias + " ON DUPLICATE KEY UPDATE " + assignments;
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

    /**
     * One list of all rows that stay, which the server searches for each row of the groups. A condition for each group would
     * make it compute ranges between the rows of every group, also of groups that are new.
     */
    private static String vanish(Shape.Vanish shape) {
        View view = shape.view();
        return "DELETE FROM " + name(view) + " WHERE " + in(names(view, 0, view.groupSize()), "IN", shape.groups())
                + (shape.staying() == 0 ? "" : " AND " + in(names(view, 0, view.keySize()), "NOT IN", shape.staying()));
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
