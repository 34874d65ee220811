package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.expressions.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;

/**
 * The columns that the projections of one table need, and the statements that would make them. A column's type is known
 * where the list of columns declares it or where its expression has one type in every record.
 */
final class TableNeeds {
    private final TableName table;
    private final Dialect dialect;
    private final List<String> key;
    private final Map<String, Optional<String>> types = new LinkedHashMap<>();

    /**
     * What these projections need.
     *
     * @param leading the one that decides the key's order
     */
    TableNeeds(
            TableName table, Dialect dialect, ProjectionDefinition leading, Collection<ProjectionDefinition> sharing) {
        this.table = table;
        this.dialect = dialect;
        this.key = leading.rowKey().stream().map(Field::name).toList();
        add(leading.rowKey(), key.size());
        for (ProjectionDefinition projection : sharing) {
            add(projection.rowKey(), key.size());
            add(projection.columns(), 0);
            projection
                    .deletes()
                    .mark()
                    .ifPresent(mark -> types.putIfAbsent(mark, dialect.columnType(Schema.BOOLEAN_SCHEMA, 0)));
        }
    }

    private void add(List<Field> fields, int keyColumns) {
        for (Field field : fields) {
            Optional<Schema> schema = field.expression().declared();
            Optional<String> type = schema.flatMap(known -> dialect.columnType(known, keyColumns));
            types.merge(field.name(), type, (first, second) -> first.isPresent() ? first : second);
        }
    }

    /** The columns whose types are not known. */
    List<String> untyped() {
        return types.keySet().stream().filter(name -> types.get(name).isEmpty()).toList();
    }

    /** A column's type, which must be known. */
    String type(String column) {
        return types.get(column).orElseThrow();
    }

    /** Creates the table; all types must be known. */
    String create() {
        List<String> parts = new ArrayList<>();
        types.forEach((name, type) ->
                parts.add(dialect.quote(name) + " " + type.orElseThrow() + (key.contains(name) ? " NOT NULL" : "")));
        parts.add("PRIMARY KEY (" + key.stream().map(dialect::quote).collect(Collectors.joining(", ")) + ")");
        return "CREATE TABLE IF NOT EXISTS " + dialect.quote(table) + " (" + String.join(", ", parts) + ")"
                + dialect.tableOptions();
    }

    /** The columns that the table lacks, beside those of the key, with their types where those are known. */
    Map<String, Optional<String>> missing(TableDescription description) {
        Map<String, Optional<String>> missing = new LinkedHashMap<>();
        types.forEach((name, type) -> {
            if (description.column(name).isEmpty() && !key.contains(name)) {
                missing.put(name, type);
            }
        });
        return missing;
    }

    /** Adds columns of which all types are known. */
    String extend(Set<String> columns) {
        return "ALTER TABLE " + dialect.quote(table)
                + columns.stream()
                        .map(name -> " ADD COLUMN " + dialect.quote(name) + " "
                                + types.get(name).orElseThrow())
                        .collect(Collectors.joining(","));
    }

    /** What to do about columns whose types are not known; empty where there are none. */
    static String advice(Collection<String> untyped) {
        return untyped.isEmpty()
                ? ""
                : "the type of " + String.join(", ", untyped)
                        + " is not known: declare it, as in 'total: decimal(2)? = value.total'";
    }
}
