package io.millrace.connectors.projection.requirement;

import io.millrace.expressions.Field;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/**
 * A column that a projection fills.
 *
 * @param name the column's name, as the configuration has it
 * @param schema the schema of its values; empty if it depends on the record
 */
public record ColumnNeed(String name, Optional<Schema> schema) {
    public static ColumnNeed of(Field field) {
        return new ColumnNeed(field.name(), field.expression().declared());
    }
}
