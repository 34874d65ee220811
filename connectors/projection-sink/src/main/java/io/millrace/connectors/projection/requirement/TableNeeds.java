package io.millrace.connectors.projection.requirement;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The columns that the projections of one table need, and the statements that create them. A column's type is known if
 * the list of columns declares it or if its expression has one type in every record.
 */
public final class TableNeeds {
    private final TableName table;
    private final Dialect dialect;
    private final List<String> key;
    private final Map<String, Optional<String>> types = new LinkedHashMap<>();
    private final Map<String, String> examples = new HashMap<>();

    /**
     * The columns that these projections need.
     *
     * @param leading the one that decides the key's order
     */
    public TableNeeds(TableName table, Dialect dialect, ViewNeeds leading, Collection<ViewNeeds> sharing) {
        this.table = table;
        this.dialect = dialect;
        this.key = leading.keyNames();
        addColumns(leading.key(), key.size());
        for (ViewNeeds needs : sharing) {
            addColumns(needs.key(), key.size());
            addColumns(needs.columns(), 0);
        }
    }

    private void addColumns(List<ColumnList> lists, int keyColumns) {
        for (ColumnList list : lists) {
            for (ColumnNeed column : list.columns()) {
                Optional<String> type = column.schema().flatMap(schema -> dialect.columnType(schema, keyColumns));
                examples.put(column.name(), column.example());
                types.merge(column.name(), type, (first, second) -> first.isPresent() ? first : second);
            }
        }
    }

    /** The columns whose types are unknown. */
    public List<String> untyped() {
        return types.keySet().stream().filter(name -> typeOf(name).isEmpty()).toList();
    }

    private Optional<String> typeOf(String column) {
        return types.getOrDefault(column, Optional.empty());
    }

    /** A column's type, which must be defined. */
    public String type(String column) {
        return typeOf(column).orElseThrow();
    }

    /** The statement that creates the table. All types must be defined. */
    public String createTable() {
        List<String> parts = new ArrayList<>();
        types.forEach((name, type) ->
                parts.add(dialect.quote(name) + " " + type.orElseThrow() + (key.contains(name) ? " NOT NULL" : "")));
        parts.add("PRIMARY KEY (" + key.stream().map(dialect::quote).collect(Collectors.joining(", ")) + ")");
        return "CREATE TABLE IF NOT EXISTS " + dialect.quote(table) + " (" + String.join(", ", parts) + ")"
                + dialect.tableOptions();
    }

    /** The columns that the table lacks, without those of the key, with their types if those are defined. */
    public Map<String, Optional<String>> findMissing(TableDescription description) {
        Map<String, Optional<String>> missing = new LinkedHashMap<>();
        types.forEach((name, type) -> {
            if (description.column(name).isEmpty() && !key.contains(name)) {
                missing.put(name, type);
            }
        });
        return missing;
    }

    /** The statement that adds columns. Their types must be defined. */
    public String alterTable(Set<String> columns) {
        return "ALTER TABLE " + dialect.quote(table)
                + columns.stream()
                        .map(name -> " ADD COLUMN " + dialect.quote(name) + " "
                                + typeOf(name).orElseThrow())
                        .collect(Collectors.joining(","));
    }

    /** The remedy for columns whose types are unknown; empty if there are none. */
    public String advise(List<String> untyped) {
        return untyped.isEmpty()
                ? ""
                : "the type of " + String.join(", ", untyped) + " is unknown: declare it, as in '"
                        + examples.get(untyped.get(0)) + "'";
    }
}
