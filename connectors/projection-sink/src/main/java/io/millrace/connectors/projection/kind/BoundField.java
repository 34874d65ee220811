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
import org.jspecify.annotations.Nullable;

/** An expression and the column that it fills. The conversion is chosen once for each schema. For one thread. */
public final class BoundField {
    private final String projection;
    private final View view;
    private final Expression expression;
    private final Set<String> variables;
    private final Column column;
    private final int index;
    private @Nullable Schema lastSchema;
    private ValueConverter converter;

    private BoundField(String projection, View view, Expression expression, int index) {
        this.projection = projection;
        this.view = view;
        this.expression = expression;
        this.variables = expression.paths().stream().map(Path::variable).collect(Collectors.toSet());
        this.column = view.columns().get(index);
        this.index = index;
        this.converter = ConnectToSql.between(null, this.column);
    }

    /** Binds a projection's fields to a view's columns. */
    public static List<BoundField> bind(String projection, List<Field> fields, View view) {
        return fields.stream()
                .map(field -> new BoundField(projection, view, field.expression(), view.indexOf(field.name())))
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
    public void fill(Scope scope, @Nullable Object[] row) {
        try {
            Object value = expression.value(scope);
            row[index] =
                    value == null ? null : converter(expression.schema(scope)).convert(value);
        } catch (DataException e) {
            throw refused(e.getMessage(), e);
        }
    }

    /** Like {@link #fill}, for a column of the key. */
    public void fillKey(Scope scope, @Nullable Object[] row) {
        fill(scope, row);
        Object value = row[index];
        if (value == null) {
            throw refused("expected a value, because the column is part of the key; found null or no such field", null);
        }
        row[index] = canonical(value);
    }

    /** Like {@link #fill}, for the column of the revision. */
    public void fillRevision(Scope scope, @Nullable Object[] row) {
        fill(scope, row);
        if (row[index] == null) {
            throw refused("expected a value, because the column is the revision; found null or no such field", null);
        }
    }

    /** Numbers that a database compares as equal are one key. */
    private Object canonical(Object value) {
        if (value instanceof BigDecimal number && column.size() < 0) {
            return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        }
        // Adding zero removes the sign of a negative zero.
        return value instanceof Double number ? (Object) (number + 0.0) : value;
    }

    private ProjectionException refused(@Nullable String reason, @Nullable Throwable cause) {
        return ProjectionException.ofColumn(projection, view, column.name(), reason, cause);
    }

    private ValueConverter converter(@Nullable Schema schema) {
        if (schema != lastSchema) {
            converter = ConnectToSql.between(schema, column);
            lastSchema = schema;
        }
        return converter;
    }
}
