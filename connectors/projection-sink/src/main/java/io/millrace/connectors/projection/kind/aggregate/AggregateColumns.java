package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Field;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.TopLevel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a list such as {@code orders = count(), total = sum(value.total)}. */
final class AggregateColumns {
    /**
     * An aggregate.
     *
     * @param field the column, and the measure; a constant if the function has none
     */
    record Aggregate(Field field, AggregateFunction function) {}

    private static final Pattern AGGREGATE = Pattern.compile(
            "([A-Za-z_][A-Za-z0-9_]*|`(?:[^`]|``)+`)\\s*=\\s*(count|sum|min|max|distinct)\\s*\\((.*)\\)",
            Pattern.DOTALL);

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
                        "the column '" + aggregate.field().name() + "' is there twice");
            }
            aggregates.add(aggregate);
        }
        return List.copyOf(aggregates);
    }

    private static Aggregate parseOne(ExpressionCompiler compiler, String part) {
        Matcher matcher = AGGREGATE.matcher(part);
        if (!matcher.matches()) {
            throw new InvalidExpressionException(
                    "expected 'column = count()', or count, sum, min, max or distinct of an" + " expression, found '"
                            + part + "'");
        }
        String measure = matcher.group(3).strip();
        AggregateFunction function = measure.isEmpty() && matcher.group(2).equals("count")
                ? AggregateFunction.COUNT_ALL
                : AggregateFunction.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
        if (function.hasMeasure() && measure.isEmpty()) {
            throw new InvalidExpressionException("expected an expression in '" + part + "'");
        }
        List<Field> fields =
                compiler.fields(matcher.group(1) + " = " + (function.hasMeasure() ? measure : "1"), "value");
        if (fields.size() != 1) {
            throw new InvalidExpressionException("expected one expression in '" + part + "'");
        }
        return new Aggregate(fields.get(0), function);
    }
}
