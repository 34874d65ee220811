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
import io.millrace.expressions.Unchanged;
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
    private final UnavailableValue unavailable;
    private final List<Expression> operands;
    private final Column column;
    private final int index;
    private @Nullable Schema lastSchema;
    private ValueConverter converter;

    private BoundField(ProjectionBasics basics, View view, Expression expression, int index) {
        this.projection = basics.name();
        this.unavailable = basics.unavailable();
        this.operands = findOperands(expression, unavailable);
        this.view = view;
        this.expression = expression;
        this.variables = expression.paths().stream().map(Path::variable).collect(Collectors.toSet());
        this.column = view.columns().get(index);
        this.index = index;
        this.converter = ConnectToSql.between(null, this.column);
    }

    /** Binds a projection's fields to a view's columns. */
    public static List<BoundField> bind(ProjectionBasics basics, List<Field> fields, View view) {
        return fields.stream()
                .map(field -> new BoundField(basics, view, field.expression(), view.indexOf(field.name())))
                .toList();
    }

    /**
     * The columns that a computed expression reads, so that nothing is computed from an unavailable value. An expression that names the
     * placeholder handles it itself.
     */
    private static List<Expression> findOperands(Expression expression, UnavailableValue unavailable) {
        boolean isPath = !expression.dynamic() && expression.declared().isEmpty();
        return isPath || expression.containsText(unavailable.text())
                ? List.of()
                : expression.paths().stream()
                        .filter(path -> ProjectionVariables.isData(path.variable()))
                        .map(ProjectionVariables::compilePath)
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

    /**
     * Computes the value and puts it into its place in the row.
     *
     * @throws ProjectionException if it does not fit the column, or is one that leaves the column unchanged
     */
    public void fill(Scope scope, @Nullable Object[] row) {
        if (!fillUnlessUnchanged(scope, row)) {
            throw refused(
                    "expected a value, found Debezium's placeholder of an unavailable value, which only a"
                            + " column of the kind upsert can leave unchanged",
                    null);
        }
    }

    /**
     * As {@link #fill}, but leaves the row as it is if the column is to be left unchanged.
     *
     * @return whether the row has a value for the column
     */
    public boolean fillUnlessUnchanged(Scope scope, @Nullable Object[] row) {
        try {
            if (readsUnavailable(scope)) {
                return false;
            }
            Object value = expression.value(scope);
            if (value == Unchanged.VALUE || unavailable.matches(value)) {
                return false;
            }
            row[index] =
                    value == null ? null : converter(expression.schema(scope)).convert(value);
            return true;
        } catch (DataException e) {
            throw refused(e.getMessage(), e);
        }
    }

    private boolean readsUnavailable(Scope scope) {
        for (int i = 0; i < operands.size(); i++) {
            if (unavailable.matches(operands.get(i).value(scope))) {
                return true;
            }
        }
        return false;
    }

    /** Like {@link #fill}, for a column of the key. */
    public void fillKey(Scope scope, @Nullable Object[] row) {
        fill(scope, row);
        Object value = row[index];
        if (value == null) {
            throw refused(
                    "expected a value, because the column is part of the key; found null or a missing" + " field",
                    null);
        }
        row[index] = canonical(value);
    }

    /** Like {@link #fill}, for the column of the revision. */
    public void fillRevision(Scope scope, @Nullable Object[] row) {
        fill(scope, row);
        if (row[index] == null) {
            throw refused("expected a value, because the column is the revision; found null or a missing field", null);
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
