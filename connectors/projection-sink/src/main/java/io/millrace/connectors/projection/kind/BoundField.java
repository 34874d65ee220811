package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.View;
import io.millrace.connectors.projection.value.ConnectToSql;
import io.millrace.connectors.projection.value.ValueConverter;
import io.millrace.expressions.Expression;
import io.millrace.expressions.Field;
import io.millrace.expressions.Path;
import io.millrace.expressions.Scope;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;

/** An expression and the column that it fills. The way there is chosen once for a schema. For one thread. */
public final class BoundField {
    private final String projection;
    private final Expression expression;
    private final Set<String> variables;
    private final Column column;
    private final int index;
    private Schema lastSchema;
    private ValueConverter converter;

    private BoundField(String projection, Expression expression, Column column, int index) {
        this.projection = projection;
        this.expression = expression;
        this.variables = expression.paths().stream().map(Path::variable).collect(Collectors.toSet());
        this.column = column;
        this.index = index;
        this.converter = ConnectToSql.between(null, column);
    }

    /** Binds a projection's fields to a view's columns. */
    public static List<BoundField> bind(String projection, List<Field> fields, View view) {
        return fields.stream()
                .map(field -> {
                    int index = view.indexOf(field.name());
                    return new BoundField(
                            projection, field.expression(), view.columns().get(index), index);
                })
                .toList();
    }

    /** The columns that the fields fill. */
    public static ColumnSet columnSet(List<BoundField> fields, View view) {
        ColumnSet set = view.noColumns();
        for (BoundField field : fields) {
            set = set.with(field.index());
        }
        return set;
    }

    public int index() {
        return index;
    }

    public boolean reads(String variable) {
        return variables.contains(variable);
    }

    /** Computes the value and puts it into its place in the row. */
    public void fill(Scope scope, Object[] row) {
        try {
            Object value = expression.value(scope);
            row[index] =
                    value == null ? null : converter(expression.schema(scope)).convert(value);
        } catch (DataException e) {
            throw new DataException(
                    "Projection " + projection + ", column " + column.name() + ": " + e.getMessage(), e);
        }
    }

    /** Like {@link #fill}, for a column of the key. */
    public void fillKey(Scope scope, Object[] row) {
        fill(scope, row);
        if (row[index] == null) {
            throw new DataException("Projection " + projection + ", column " + column.name()
                    + ": expected a value, because the column is part of the key; found null or no such field");
        }
        row[index] = canonical(row[index]);
    }

    /** Numbers that are equal to a database are one key. */
    private Object canonical(Object value) {
        if (value instanceof BigDecimal number && column.size() < 0) {
            return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        }
        // Of zero there is one with a sign.
        return value instanceof Double number ? (Object) (number + 0.0) : value;
    }

    private ValueConverter converter(Schema schema) {
        if (schema != lastSchema) {
            converter = ConnectToSql.between(schema, column);
            lastSchema = schema;
        }
        return converter;
    }
}
