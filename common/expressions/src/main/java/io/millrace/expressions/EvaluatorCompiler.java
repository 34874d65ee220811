package io.millrace.expressions;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Makes an {@link Evaluator} of a checked syntax tree, where every part of the tree is of a kind that it knows: constants,
 * paths, comparisons, {@code && || ! ?:}, {@code in} a list of constants or a path, {@code has()}, and the functions of
 * strings that need no regular expression.
 */
final class EvaluatorCompiler {
    private final CelAbstractSyntaxTree ast;
    private final List<Variable> variables;
    private final Map<String, Integer> indexes;

    /** For a tree over these variables, whose indexes are given by name. */
    EvaluatorCompiler(CelAbstractSyntaxTree ast, List<Variable> variables, Map<String, Integer> indexes) {
        this.ast = ast;
        this.variables = variables;
        this.indexes = indexes;
    }

    /** The evaluator; empty where the interpreter has to evaluate the whole tree. */
    Optional<Evaluator> compile() {
        return Optional.ofNullable(node(ast.getExpr()));
    }

    private Evaluator node(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT -> constant(expr.constant());
            case IDENT -> path(expr);
            case SELECT -> expr.select().testOnly() ? has(expr) : path(expr);
            case CALL -> call(expr);
            default -> null;
        };
    }

    private static Evaluator constant(CelConstant constant) {
        if (!isPlain(constant)) {
            return null;
        }
        Object value = value(constant);
        return scope -> value;
    }

    private static boolean isPlain(CelConstant constant) {
        return switch (constant.getKind()) {
            case NULL_VALUE, BOOLEAN_VALUE, INT64_VALUE, DOUBLE_VALUE, STRING_VALUE -> true;
            default -> false;
        };
    }

    private static Object value(CelConstant constant) {
        return switch (constant.getKind()) {
            case BOOLEAN_VALUE -> constant.booleanValue();
            case INT64_VALUE -> constant.int64Value();
            case DOUBLE_VALUE -> constant.doubleValue();
            case STRING_VALUE -> constant.stringValue();
            default -> null;
        };
    }

    private PathEvaluator path(CelExpr expr) {
        return References.path(expr, indexes.keySet())
                .map(path -> {
                    int index = indexes.get(path.variable());
                    return new PathEvaluator(index, variables.get(index).kind(), path);
                })
                .orElse(null);
    }

    private Evaluator has(CelExpr expr) {
        PathEvaluator container = path(expr.select().operand());
        String field = expr.select().field();
        return container == null ? null : scope -> container.contains(scope, field);
    }

    private Evaluator call(CelExpr expr) {
        CelCall call = expr.call();
        List<CelExpr> arguments = new ArrayList<>();
        call.target().ifPresent(arguments::add);
        arguments.addAll(call.args());
        if (call.function().equals("@in") && arguments.get(1).getKind() == Kind.LIST) {
            return !calls(expr, "in_list") ? null : inList(arguments.get(0), arguments.get(1));
        }
        List<Evaluator> nodes = new ArrayList<>();
        for (CelExpr argument : arguments) {
            Evaluator node = node(argument);
            if (node == null) {
                return call.function().equals("_[_]") ? path(expr) : null;
            }
            nodes.add(node);
        }
        return switch (nodes.size()) {
            case 1 -> unary(expr, nodes.get(0));
            case 2 -> call.function().equals("_[_]") ? path(expr) : binary(expr, nodes.get(0), nodes.get(1));
            case 3 -> call.function().equals("_?_:_") ? ternary(nodes.get(0), nodes.get(1), nodes.get(2)) : null;
            default -> null;
        };
    }

    private Evaluator unary(CelExpr expr, Evaluator a) {
        return switch (expr.call().function()) {
            case "!_" -> scope -> a.evaluate(scope) instanceof Boolean yes ? (Object) !yes : Evaluator.UNDECIDED;
            case "size" ->
                scope -> a.evaluate(scope) instanceof String text
                        ? (Object) (long) text.codePointCount(0, text.length())
                        : Evaluator.UNDECIDED;
            default -> null;
        };
    }

    private Evaluator binary(CelExpr expr, Evaluator a, Evaluator b) {
        return switch (expr.call().function()) {
            case "_&&_" -> logical(false, a, b);
            case "_||_" -> logical(true, a, b);
            case "_==_" -> scope -> equal(a, b, scope);
            case "_!=_" -> scope -> equal(a, b, scope) instanceof Boolean same ? (Object) !same : Evaluator.UNDECIDED;
            case "_<_" -> ordered(expr, a, b, order -> order < 0);
            case "_<=_" -> ordered(expr, a, b, order -> order <= 0);
            case "_>_" -> ordered(expr, a, b, order -> order > 0);
            case "_>=_" -> ordered(expr, a, b, order -> order >= 0);
            case "@in" ->
                calls(expr, "in_map") && b instanceof PathEvaluator container ? inContainer(a, container) : null;
            case "startsWith" -> texts(a, b, String::startsWith);
            case "endsWith" -> texts(a, b, String::endsWith);
            case "contains" -> texts(a, b, String::contains);
            case "_+_" -> !calls(expr, "add_string") ? null : texts(a, b, String::concat);
            default -> null;
        };
    }

    /** The one that decides wins in either order, also over an error; neither side needs the other. */
    private static Evaluator logical(boolean deciding, Evaluator a, Evaluator b) {
        return scope -> {
            Object first = a.evaluate(scope);
            if (first instanceof Boolean x && x == deciding) {
                return first;
            }
            Object second = b.evaluate(scope);
            if (second instanceof Boolean y && (y == deciding || first instanceof Boolean)) {
                return second;
            }
            return Evaluator.UNDECIDED;
        };
    }

    private static Object equal(Evaluator a, Evaluator b, Scope scope) {
        return Comparison.equal(a.evaluate(scope), b.evaluate(scope));
    }

    private Evaluator ordered(CelExpr expr, Evaluator a, Evaluator b, IntPredicate wanted) {
        Predicate<Object> comparable = comparable(overloads(expr));
        return comparable == null
                ? null
                : scope -> {
                    Object x = a.evaluate(scope);
                    Object y = b.evaluate(scope);
                    int order =
                            comparable.test(x) && comparable.test(y) ? Comparison.order(x, y) : Comparison.UNORDERED;
                    return order == Comparison.UNORDERED ? Evaluator.UNDECIDED : (Object) wanted.test(order);
                };
    }

    /** Which values an order is defined for. Where the checker chose one overload, the interpreter takes no other. */
    private static Predicate<Object> comparable(List<String> overloads) {
        if (overloads.size() != 1) {
            return value -> true;
        }
        String overload = overloads.get(0);
        return switch (overload.substring(overload.lastIndexOf('_') + 1)) {
            case "string" -> String.class::isInstance;
            case "bool" -> Boolean.class::isInstance;
            case "int64" -> Comparison::isInteger;
            case "double" -> value -> value instanceof Double || value instanceof Float;
            default -> null;
        };
    }

    private boolean calls(CelExpr expr, String overload) {
        return overloads(expr).contains(overload);
    }

    private List<String> overloads(CelExpr expr) {
        return ast.getReference(expr.id()).map(CelReference::overloadIds).orElseThrow();
    }

    private interface OfTexts {
        Object of(String a, String b);
    }

    private static Evaluator texts(Evaluator a, Evaluator b, OfTexts function) {
        return scope -> a.evaluate(scope) instanceof String x && b.evaluate(scope) instanceof String y
                ? function.of(x, y)
                : Evaluator.UNDECIDED;
    }

    private static Evaluator ternary(Evaluator condition, Evaluator yes, Evaluator no) {
        return scope -> condition.evaluate(scope) instanceof Boolean decided
                ? (decided ? yes : no).evaluate(scope)
                : Evaluator.UNDECIDED;
    }

    private static Evaluator inContainer(Evaluator a, PathEvaluator container) {
        return scope ->
                a.evaluate(scope) instanceof String name ? container.contains(scope, name) : Evaluator.UNDECIDED;
    }

    private Evaluator inList(CelExpr value, CelExpr list) {
        Evaluator wanted = node(value);
        List<Object> constants = new ArrayList<>();
        for (CelExpr element : list.list().elements()) {
            if (element.getKind() != Kind.CONSTANT || !isPlain(element.constant())) {
                return null;
            }
            constants.add(value(element.constant()));
        }
        return wanted == null || !list.list().optionalIndices().isEmpty()
                ? null
                : scope -> Comparison.in(wanted.evaluate(scope), constants);
    }
}
