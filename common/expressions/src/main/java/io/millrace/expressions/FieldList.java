package io.millrace.expressions;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;

/** Reads a list of named values; the grammar is with {@link ExpressionCompiler#fields}. */
final class FieldList {
    private static final Pattern NAME = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)|`((?:[^`]|``)+)`");

    private final ExpressionCompiler compiler;
    private final String shorthandVariable;
    private final StructureNames names;
    private final boolean missingIsNull;

    /** With {@code missingIsNull}, a field of an optional declared type is null in a record without the field that it names. */
    FieldList(ExpressionCompiler compiler, String shorthandVariable, StructureNames names, boolean missingIsNull) {
        this.missingIsNull = missingIsNull;
        this.compiler = compiler;
        this.shorthandVariable = shorthandVariable;
        this.names = names;
    }

    List<Field> parseFields(String list) {
        List<Field> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String part : TopLevel.split(list, ',')) {
            Field field = parseField(part);
            if (!names.add(field.name())) {
                throw new InvalidExpressionException("the field '" + field.name() + "' is a duplicate");
            }
            fields.add(field);
        }
        return List.copyOf(fields);
    }

    private Field parseField(String part) {
        Matcher matcher = NAME.matcher(part);
        if (!matcher.lookingAt()) {
            throw new InvalidExpressionException(
                    "expected 'name', 'name = expression' or 'name: type = expression', " + "found '" + part + "'");
        }
        String name =
                matcher.group(1) != null ? matcher.group(1) : matcher.group(2).replace("``", "`");
        String rest = part.substring(matcher.end()).strip();
        int equals = TopLevel.findTopLevel(rest, 0, i -> rest.charAt(i) == '=');
        String declared = (equals < 0 ? rest : rest.substring(0, equals)).strip();
        if (!declared.isEmpty() && declared.charAt(0) != ':') {
            throw new InvalidExpressionException(
                    "after the field name '" + name + "': expected '=' or ':', found '" + declared + "'");
        }
        try {
            Expression expression = compiler.expression(
                    equals < 0
                            ? new Path(shorthandVariable, List.of(name)).toExpression()
                            : rest.substring(equals + 1).strip());
            if (declared.isEmpty()) {
                return new Field(name, expression);
            }
            Schema schema = DeclaredType.parse(declared.substring(1), name, names);
            return new Field(
                    name,
                    new DeclaredExpression(
                            name,
                            schema,
                            missingIsNull && schema.isOptional() ? expression.nullIfMissing() : expression));
        } catch (InvalidExpressionException e) {
            throw new InvalidExpressionException("field '" + name + "': " + e.getMessage());
        }
    }
}
