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

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    /** CEL's reserved words. */
    private static final Set<String> RESERVED = Set.of(
            "as",
            "break",
            "const",
            "continue",
            "else",
            "false",
            "for",
            "function",
            "if",
            "import",
            "in",
            "let",
            "loop",
            "namespace",
            "null",
            "package",
            "return",
            "true",
            "var",
            "void",
            "while");

    private final ExpressionCompiler compiler;
    private final String shorthandVariable;
    private final StructureNames names;

    FieldList(ExpressionCompiler compiler, String shorthandVariable, StructureNames names) {
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
                throw new InvalidExpressionException("the field '" + field.name() + "' is there twice");
            }
            fields.add(field);
        }
        return List.copyOf(fields);
    }

    /** Selected where the name can be, because a checker that knows the columns understands selections alone. */
    private String expandShorthand(String name) {
        return IDENTIFIER.matcher(name).matches() && !RESERVED.contains(name)
                ? shorthandVariable + "." + name
                : shorthandVariable + "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']";
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
                    "behind the field name '" + name + "': expected '=' or ':', found '" + declared + "'");
        }
        try {
            Expression expression = compiler.expression(
                    equals < 0
                            ? expandShorthand(name)
                            : rest.substring(equals + 1).strip());
            if (declared.isEmpty()) {
                return new Field(name, expression);
            }
            Schema schema = DeclaredType.parse(declared.substring(1), name, names);
            return new Field(name, new DeclaredExpression(name, schema, expression));
        } catch (InvalidExpressionException e) {
            throw new InvalidExpressionException("field '" + name + "': " + e.getMessage());
        }
    }
}
