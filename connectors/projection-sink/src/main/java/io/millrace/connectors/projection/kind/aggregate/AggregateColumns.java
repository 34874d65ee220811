package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.requirement.ColumnNeed;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Field;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.TopLevel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;

/** Reads a list such as {@code orders = count(), total: decimal(2)? = sum(value.total)}. */
final class AggregateColumns {
    /**
     * An aggregate.
     *
     * @param field the column, and the measure; a constant if the function has none
     */
    record Aggregate(Field field, AggregateFunction function) {
        /** The column of the view. A number of contributions or measures has one type whatever the measure is. */
        ColumnNeed need() {
            Optional<Schema> schema = function.isCount()
                    ? Optional.of(Schema.INT64_SCHEMA)
                    : field.expression().declared();
            return new ColumnNeed(
                    field.name(),
                    schema,
                    "total: decimal(2)? = " + function.name().toLowerCase(Locale.ROOT) + "(value.total)");
        }
    }

    private static final Pattern NAME = Pattern.compile("(?:[A-Za-z_][A-Za-z0-9_]*|`(?:[^`]|``)+`)\\s*");

    private static final Pattern CALL =
            Pattern.compile("=\\s*(count|sum|min|max|distinct)\\s*\\((.*)\\)", Pattern.DOTALL);

    private AggregateColumns() {}

    /**
     * Reads the list.
     *
     * @throws InvalidExpressionException with the reason
     */
    static List<Aggregate> parse(ExpressionCompiler compiler, String list) {
        List<Aggregate> aggregates = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String part : TopLevel.split(list, ',')) {
            Aggregate aggregate = parseOne(compiler, part);
            if (!names.add(aggregate.field().name())) {
                throw new InvalidExpressionException(
                        "the column '" + aggregate.field().name() + "' is a duplicate");
            }
            aggregates.add(aggregate);
        }
        return List.copyOf(aggregates);
    }

    private static Aggregate parseOne(ExpressionCompiler compiler, String part) {
        Matcher name = NAME.matcher(part);
        int equals = TopLevel.findFirst(part, '=');
        Matcher call = CALL.matcher(equals < 0 ? "" : part.substring(equals));
        if (!name.lookingAt() || !call.matches()) {
            throw new InvalidExpressionException(
                    "expected 'column = count()', 'column = sum(expression)' or 'column: type = sum(expression)', with"
                            + " count, sum, min, max or distinct, found '" + part + "'");
        }
        String measure = call.group(2).strip();
        AggregateFunction function = measure.isEmpty() && call.group(1).equals("count")
                ? AggregateFunction.COUNT_ALL
                : AggregateFunction.valueOf(call.group(1).toUpperCase(Locale.ROOT));
        if (function.hasMeasure() && measure.isEmpty()) {
            throw new InvalidExpressionException("expected an expression in '" + part + "'");
        }
        String declared = part.substring(name.end(), equals).strip();
        if (function.isCount() && !declared.isEmpty()) {
            throw new InvalidExpressionException(
                    "the type of '" + part + "' is int64 and is not declared; found '" + declared + "'");
        }
        List<Field> fields =
                compiler.fields(part.substring(0, equals) + " = " + (function.hasMeasure() ? measure : "1"), "value");
        if (fields.size() != 1) {
            throw new InvalidExpressionException("expected one expression in '" + part + "'");
        }
        return new Aggregate(fields.get(0), function);
    }
}
