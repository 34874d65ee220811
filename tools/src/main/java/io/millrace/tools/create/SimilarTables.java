package io.millrace.tools.create;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tables with the same columns that are probably one table in several parts: tables of one name in several databases, or of
 * one database whose names end in numbers. One definition with a pattern can have all of them.
 *
 * @param tables two or more
 * @param pattern the form of their names in the language of the rules, such as {@code shop_{shard}.customers}
 */
record SimilarTables(List<CapturedTable> tables, String pattern) {
    private static final String PART = "{shard}";
    private static final Pattern NUMBERED = Pattern.compile("(.+_)\\d+");
    private static final Pattern SEPARATOR = Pattern.compile("[_-]");

    SimilarTables {
        tables = List.copyOf(tables);
    }

    /** What the tables of a group have in common. The name is that of the tables, or the pattern of tables with numbers. */
    private record TableShape(String name, List<CapturedColumn> columns, List<String> key) {}

    /** The groups among these tables. */
    static List<SimilarTables> find(List<CapturedTable> tables) {
        Map<TableShape, List<CapturedTable>> inDatabases = new LinkedHashMap<>();
        Map<TableShape, List<CapturedTable>> numbered = new LinkedHashMap<>();
        for (CapturedTable table : tables) {
            add(table.name(), table, inDatabases);
            Matcher name = NUMBERED.matcher(table.name());
            if (name.matches()) {
                add(table.database() + "." + name.group(1) + PART, table, numbered);
            }
        }
        List<SimilarTables> groups = new ArrayList<>();
        inDatabases.forEach((shape, found) -> {
            if (found.size() > 1) {
                List<String> databases =
                        found.stream().map(CapturedTable::database).toList();
                groups.add(new SimilarTables(found, patternOf(databases) + "." + shape.name()));
            }
        });
        numbered.forEach((shape, found) -> {
            if (found.size() > 1) {
                groups.add(new SimilarTables(found, shape.name()));
            }
        });
        return groups;
    }

    private static void add(String name, CapturedTable table, Map<TableShape, List<CapturedTable>> groups) {
        groups.computeIfAbsent(new TableShape(name, table.columns(), table.key()), shape -> new ArrayList<>())
                .add(table);
    }

    /** The names' common beginning, up to a separator, and the part that distinguishes them. */
    private static String patternOf(List<String> names) {
        String first = names.get(0);
        String prefix = "";
        Matcher separator = SEPARATOR.matcher(first);
        while (separator.find()) {
            String longer = first.substring(0, separator.end());
            if (names.stream().allMatch(name -> name.startsWith(longer) && name.length() > longer.length())) {
                prefix = longer;
            }
        }
        return prefix + PART;
    }

    /** The tables and their pattern. */
    @Override
    public String toString() {
        return String.join(", ", tables.stream().map(CapturedTable::toString).toList()) + ": table: " + pattern
                + ", with shard = table.shard in the key";
    }
}
