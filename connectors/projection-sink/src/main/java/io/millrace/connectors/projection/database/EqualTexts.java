package io.millrace.connectors.projection.database;

import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The texts of a batch that differ but that the server compares as equal: by a column's collation, or because they are
 * two notations of one value. Only the server can compare all of them, so it is queried, with many texts at once. For
 * one thread.
 */
public final class EqualTexts {
    /** The texts of some batches: a search for refused records writes parts of one again. */
    private static final int MAX_KNOWN = 20_000;

    private final ViewStatements statements;
    /** For each text of a column the first one that is equal to it. */
    private final IdentityHashMap<Column, Map<String, String>> forms = new IdentityHashMap<>();

    private final Map<View, IdentityHashMap<Column, Set<String>>> unknown = new LinkedHashMap<>();

    public EqualTexts(ViewStatements statements) {
        this.statements = statements;
    }

    /** Starts writing records; the results for other records' texts are kept, within a bound. */
    public void begin() {
        unknown.clear();
        if (forms.values().stream().mapToInt(Map::size).sum() > MAX_KNOWN) {
            forms.clear();
        }
    }

    /** Adds a key of a view, or of a group of its rows. */
    public void add(View view, RowKey key) {
        if (view.hasCollatedKey()) {
            for (int i = 0; i < key.size(); i++) {
                add(view, i, key.value(i));
            }
        }
    }

    /** Adds a value of a view's column. */
    public void add(View view, int index, Object value) {
        Column column = view.columns().get(index);
        if (column.equatesTexts()
                && value instanceof String text
                && !formsOf(column).containsKey(text)) {
            unknown.computeIfAbsent(view, k -> new IdentityHashMap<>())
                    .computeIfAbsent(column, k -> new LinkedHashSet<>())
                    .add(text);
        }
    }

    private Map<String, String> formsOf(Column column) {
        return forms.computeIfAbsent(column, k -> new HashMap<>());
    }

    /** The views with texts that the server has not compared. */
    public List<View> unknownViews() {
        return List.copyOf(unknown.keySet());
    }

    /** Queries the server about the added texts of a view. */
    public void ask(View view) throws SQLException {
        IdentityHashMap<Column, Set<String>> columns = unknown.remove(view);
        if (columns == null) {
            return;
        }
        for (Map.Entry<Column, Set<String>> asked : columns.entrySet()) {
            ask(asked.getKey(), asked.getValue());
        }
    }

    private void ask(Column column, Set<String> added) throws SQLException {
        Map<String, String> known = formsOf(column);
        Set<String> texts = new LinkedHashSet<>(known.values());
        texts.addAll(added);
        List<String> all = new ArrayList<>(texts);
        int[] numbers = all.size() == 1 ? new int[1] : statements.numberEqualTexts(column, all);
        Map<Integer, String> firsts = new HashMap<>();
        for (int i = 0; i < numbers.length; i++) {
            String text = all.get(i);
            String first = firsts.computeIfAbsent(numbers[i], k -> text);
            known.put(text, first);
        }
    }

    /** The same key for all keys that the server compares as equal, as far as it was queried. */
    public RowKey formOf(View view, RowKey key) {
        if (!view.hasCollatedKey()) {
            return key;
        }
        Object[] values = new Object[key.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = formOf(view, i, key.value(i));
        }
        return new RowKey(values, values.length);
    }

    /** The same value for all values of a column that the server compares as equal, as far as it was queried. */
    public Object formOf(View view, int index, Object value) {
        Column column = view.columns().get(index);
        if (!column.equatesTexts() || !(value instanceof String text)) {
            return value;
        }
        return formsOf(column).getOrDefault(text, text);
    }
}
