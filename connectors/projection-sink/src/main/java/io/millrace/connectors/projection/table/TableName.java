package io.millrace.connectors.projection.table;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The name of a table: {@code table} or {@code database.table}, each part in backticks if it holds a dot or a backtick
 * (which is then doubled).
 *
 * @param database null for the connection's database
 * @param table the table, unquoted
 */
public record TableName(@Nullable String database, String table) {
    /** The table beside this one whose name has this end. */
    public TableName withSuffix(String suffix) {
        return new TableName(database, table + suffix);
    }

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException with the reason
     */
    public static TableName parse(String text) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (true) {
            StringBuilder part = new StringBuilder();
            at = text.startsWith("`", at) ? quoted(text, at + 1, part) : plain(text, at, part);
            if (part.isEmpty() || part.indexOf("\0") >= 0) {
                throw new IllegalArgumentException("expected a name such as orders or shop.orders");
            }
            parts.add(part.toString());
            if (at == text.length()) {
                break;
            }
            if (text.charAt(at) != '.') {
                throw new IllegalArgumentException("expected a dot after the closing backtick");
            }
            at++;
        }
        return switch (parts.size()) {
            case 1 -> new TableName(null, parts.get(0));
            case 2 -> new TableName(parts.get(0), parts.get(1));
            default ->
                throw new IllegalArgumentException(
                        "expected at most a database and a table; a dot inside a name needs backticks round the name");
        };
    }

    private static int plain(String text, int start, StringBuilder part) {
        int dot = text.indexOf('.', start);
        int end = dot < 0 ? text.length() : dot;
        part.append(text, start, end);
        return end;
    }

    private static int quoted(String text, int start, StringBuilder part) {
        int at = start;
        while (at < text.length()) {
            if (text.charAt(at) == '`') {
                if (!text.startsWith("``", at)) {
                    return at + 1;
                }
                at++;
            }
            part.append(text.charAt(at++));
        }
        throw new IllegalArgumentException("a backtick is not closed");
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return database == null ? format(table) : format(database) + "." + format(table);
    }

    private static String format(String part) {
        return part.indexOf('.') < 0 && part.indexOf('`') < 0 ? part : "`" + part.replace("`", "``") + "`";
    }
}
