package io.millrace.connectors.projection.requirement;

import io.millrace.expressions.Field;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/**
 * A column that a projection fills.
 *
 * @param name the column's name, as the configuration has it
 * @param schema the schema of its values; empty if it depends on the record
 * @param example a declaration of a type, as the list that has the column takes it
 */
public record ColumnNeed(String name, Optional<Schema> schema, String example) {
    private static final String PLAIN = "total: decimal(2)? = value.total";

    /** A column of a list of columns and expressions. */
    public ColumnNeed(String name, Optional<Schema> schema) {
        this(name, schema, PLAIN);
    }

    public static ColumnNeed of(Field field) {
        return new ColumnNeed(field.name(), field.expression().declared());
    }
}
