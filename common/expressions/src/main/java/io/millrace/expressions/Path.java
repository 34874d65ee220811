package io.millrace.expressions;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A way from a variable into its value: {@code after.address.city}.
 *
 * @param variable the variable's name
 * @param steps the names of the fields or keys to follow, in order; may be empty
 */
public record Path(String variable, List<String> steps) {
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

    /** Copies the steps. */
    public Path {
        steps = List.copyOf(steps);
    }

    /** The path that an expression is, if it consists of identifiers between dots; empty for every other expression. */
    static Optional<Path> ofIdentifiers(String expression) {
        String[] names = expression.split("\\.", -1);
        for (String name : names) {
            if (!IDENTIFIER.matcher(name).matches() || RESERVED.contains(name)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Path(names[0], List.of(names).subList(1, names.length)));
    }

    /** The expression that reads what is at the path, also if a step is a reserved word or not an identifier. */
    public String toExpression() {
        StringBuilder expression = new StringBuilder(variable);
        for (String step : steps) {
            if (IDENTIFIER.matcher(step).matches() && !RESERVED.contains(step)) {
                expression.append('.').append(step);
            } else {
                expression.append("['").append(escape(step)).append("']");
            }
        }
        return expression.toString();
    }

    private static String escape(String step) {
        return step.replace("\\", "\\\\")
                .replace("'", "\\'")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }

    @Override
    public String toString() {
        return steps.isEmpty() ? variable : variable + "." + String.join(".", steps);
    }
}
