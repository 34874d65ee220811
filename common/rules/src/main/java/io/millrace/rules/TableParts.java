package io.millrace.rules;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * The variable {@code table} of a rule's expressions: {@code database} and {@code name} of the change's table, and the parts
 * of a {@link TablePattern}.
 *
 * @param values the texts by their names
 * @param schema a structure of required texts
 */
record TableParts(Map<String, String> values, Schema schema) {
    private static final String DATABASE = "database";
    private static final String NAME = "name";

    /** The names that every table has. */
    static final List<String> RESERVED = List.of(DATABASE, NAME);

    /** The parts of one table. */
    static TableParts of(Table table, Map<String, String> parts) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(DATABASE, table.database());
        values.put(NAME, table.name());
        values.putAll(parts);
        SchemaBuilder schema = SchemaBuilder.struct();
        values.keySet().forEach(name -> schema.field(name, Schema.STRING_SCHEMA));
        return new TableParts(values, schema.build());
    }
}
