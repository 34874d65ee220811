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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes an {@link Evaluator} of a checked syntax tree, where every part of the tree is of a kind that it knows: constants,
 * paths, comparisons, {@code && || ! ?:}, {@code in} a list of constants or a path, {@code compileHas()}, and the functions of
 * strings that need no regular expression.
 */
final class EvaluatorCompiler {
    private static final Set<String> PREDICATES = Set.of(
            "_&&_",
            "_||_",
            "!_",
            "_==_",
            "_!=_",
            "_<_",
            "_<=_",
            "_>_",
            "_>=_",
            "@in",
            "startsWith",
            "endsWith",
            "contains");

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
        return Optional.ofNullable(compileNode(ast.getExpr()));
    }

    private @Nullable Evaluator compileNode(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT -> compileConstant(expr.constant());
            case IDENT -> compilePath(expr);
            case SELECT -> expr.select().testOnly() ? compileHas(expr) : compilePath(expr);
            case CALL -> compileCall(expr);
            default -> null;
        };
    }

    private static @Nullable Evaluator compileConstant(CelConstant constant) {
        if (!isPlain(constant)) {
            return null;
        }
        Object value = constantValue(constant);
        return scope -> value;
    }

    private static boolean isPlain(CelConstant constant) {
        return switch (constant.getKind()) {
            case NULL_VALUE, BOOLEAN_VALUE, INT64_VALUE, DOUBLE_VALUE, STRING_VALUE -> true;
            default -> false;
        };
    }

    private static @Nullable Object constantValue(CelConstant constant) {
        return switch (constant.getKind()) {
            case BOOLEAN_VALUE -> constant.booleanValue();
            case INT64_VALUE -> constant.int64Value();
            case DOUBLE_VALUE -> constant.doubleValue();
            case STRING_VALUE -> constant.stringValue();
            default -> null;
        };
    }

    private @Nullable PathEvaluator compilePath(CelExpr expr) {
        return ExpressionPaths.findPath(expr, indexes.keySet())
                .map(this::evaluatorOf)
                .orElse(null);
    }

    private PathEvaluator evaluatorOf(Path path) {
        int index = Objects.requireNonNull(indexes.get(path.variable()));
        return new PathEvaluator(index, variables.get(index).kind(), path);
    }

    private @Nullable Evaluator compileHas(CelExpr expr) {
        PathEvaluator container = compilePath(expr.select().operand());
        String field = expr.select().field();
        return container == null ? null : scope -> container.containsName(scope, field);
    }

    private @Nullable Evaluator compileCall(CelExpr expr) {
        CelCall call = expr.call();
        List<CelExpr> arguments = new ArrayList<>();
        call.target().ifPresent(arguments::add);
        arguments.addAll(call.args());
        if (call.function().equals("@in") && arguments.get(1).getKind() == Kind.LIST) {
            return !calls(expr, "in_list") ? null : compileInList(arguments.get(0), arguments.get(1));
        }
        List<Evaluator> nodes = new ArrayList<>();
        for (CelExpr argument : arguments) {
            Evaluator node = compileNode(argument);
            if (node == null) {
                return call.function().equals("_[_]") ? compilePath(expr) : null;
            }
            nodes.add(node);
        }
        return switch (nodes.size()) {
            case 1 -> compileUnary(expr, nodes.get(0));
            case 2 ->
                call.function().equals("_[_]") ? compilePath(expr) : compileBinary(expr, nodes.get(0), nodes.get(1));
            case 3 -> call.function().equals("_?_:_") ? compileTernary(nodes.get(0), nodes.get(1), nodes.get(2)) : null;
            default -> null;
        };
    }

    private @Nullable Evaluator compileUnary(CelExpr expr, Evaluator a) {
        return switch (expr.call().function()) {
            case "!_" -> scope -> a.evaluate(scope) instanceof Boolean yes ? (Object) !yes : Evaluator.UNDECIDED;
            case "size" ->
                scope -> a.evaluate(scope) instanceof String text
                        ? (Object) (long) text.codePointCount(0, text.length())
                        : Evaluator.UNDECIDED;
            default -> null;
        };
    }

    private @Nullable Evaluator compileBinary(CelExpr expr, Evaluator a, Evaluator b) {
        return switch (expr.call().function()) {
            case "_&&_" -> compileLogical(false, expr, a, b);
            case "_||_" -> compileLogical(true, expr, a, b);
            case "_==_" -> scope -> evaluateEqual(a, b, scope);
            case "_!=_" ->
                scope -> evaluateEqual(a, b, scope) instanceof Boolean same ? (Object) !same : Evaluator.UNDECIDED;
            case "_<_" -> compileOrdered(expr, a, b, order -> order < 0);
            case "_<=_" -> compileOrdered(expr, a, b, order -> order <= 0);
            case "_>_" -> compileOrdered(expr, a, b, order -> order > 0);
            case "_>=_" -> compileOrdered(expr, a, b, order -> order >= 0);
            case "@in" ->
                calls(expr, "in_map") && b instanceof PathEvaluator container ? compileInContainer(a, container) : null;
            case "startsWith" -> compileTexts(a, b, String::startsWith);
            case "endsWith" -> compileTexts(a, b, String::endsWith);
            case "contains" -> compileTexts(a, b, String::contains);
            case "_+_" -> !calls(expr, "add_string") ? null : compileTexts(a, b, String::concat);
            default -> null;
        };
    }

    /**
     * The side that decides wins in either order, also over an error of the other. What is no boolean is worse than an error:
     * the interpreter does not look at the other side then.
     */
    private static @Nullable Evaluator compileLogical(boolean deciding, CelExpr expr, Evaluator a, Evaluator b) {
        boolean certain = isBoolean(expr.call().args().get(0));
        return scope -> {
            Object first = a.evaluate(scope);
            boolean known = first instanceof Boolean;
            if (first instanceof Boolean yes ? yes == deciding : !certain) {
                return known ? first : Evaluator.UNDECIDED;
            }
            Object second = b.evaluate(scope);
            return second instanceof Boolean y && (known || y == deciding) ? second : Evaluator.UNDECIDED;
        };
    }

    /** Whether the value is a boolean, or an error. */
    private static boolean isBoolean(CelExpr expr) {
        return switch (expr.getKind()) {
            case CALL -> PREDICATES.contains(expr.call().function());
            case SELECT -> expr.select().testOnly();
            default -> false;
        };
    }

    /**
     * The texts that a condition asks for in every case: the equalities of paths and texts among the parts of an outermost
     * {@code &&}. None where a part may be no boolean, as that would be an error whatever the other parts are.
     */
    List<RequiredText> requirements() {
        List<RequiredText> requirements = new ArrayList<>();
        return collectRequirements(ast.getExpr(), requirements) ? List.copyOf(requirements) : List.of();
    }

    private boolean collectRequirements(CelExpr part, List<RequiredText> requirements) {
        if (part.getKind() == Kind.CALL && part.call().function().equals("_&&_")) {
            return part.call().args().stream().allMatch(side -> collectRequirements(side, requirements));
        }
        if (part.getKind() == Kind.CALL && part.call().function().equals("_==_")) {
            for (int i = 0; i < 2; i++) {
                CelExpr text = part.call().args().get(1 - i);
                Optional<Path> path =
                        ExpressionPaths.findPath(part.call().args().get(i), indexes.keySet());
                if (path.isPresent()
                        && text.getKind() == Kind.CONSTANT
                        && constantValue(text.constant()) instanceof String wanted) {
                    requirements.add(new RequiredText(path.get(), wanted, evaluatorOf(path.get())));
                }
            }
        }
        return isBoolean(part);
    }

    private static Object evaluateEqual(Evaluator a, Evaluator b, Scope scope) {
        return CelComparison.areEqual(a.evaluate(scope), b.evaluate(scope));
    }

    private @Nullable Evaluator compileOrdered(CelExpr expr, Evaluator a, Evaluator b, IntPredicate wanted) {
        Predicate<Object> comparable = findComparable(overloads(expr));
        return comparable == null
                ? null
                : scope -> {
                    Object x = a.evaluate(scope);
                    Object y = b.evaluate(scope);
                    int order = comparable.test(x) && comparable.test(y)
                            ? CelComparison.orderOf(x, y)
                            : CelComparison.UNORDERED;
                    return order == CelComparison.UNORDERED ? Evaluator.UNDECIDED : (Object) wanted.test(order);
                };
    }

    /** Which values an order is defined for. Where the checker chose one overload, the interpreter takes no other. */
    private static @Nullable Predicate<Object> findComparable(List<String> overloads) {
        if (overloads.size() != 1) {
            return value -> true;
        }
        String overload = overloads.get(0);
        return switch (overload.substring(overload.lastIndexOf('_') + 1)) {
            case "string" -> String.class::isInstance;
            case "bool" -> Boolean.class::isInstance;
            case "int64" -> CelComparison::isInteger;
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

    private static @Nullable Evaluator compileTexts(Evaluator a, Evaluator b, OfTexts function) {
        return scope -> a.evaluate(scope) instanceof String x && b.evaluate(scope) instanceof String y
                ? function.of(x, y)
                : Evaluator.UNDECIDED;
    }

    private static @Nullable Evaluator compileTernary(Evaluator condition, Evaluator yes, Evaluator no) {
        return scope -> condition.evaluate(scope) instanceof Boolean decided
                ? (decided ? yes : no).evaluate(scope)
                : Evaluator.UNDECIDED;
    }

    private static @Nullable Evaluator compileInContainer(Evaluator a, PathEvaluator container) {
        return scope ->
                a.evaluate(scope) instanceof String name ? container.containsName(scope, name) : Evaluator.UNDECIDED;
    }

    private @Nullable Evaluator compileInList(CelExpr value, CelExpr list) {
        Evaluator wanted = compileNode(value);
        List<Object> constants = new ArrayList<>();
        for (CelExpr element : list.list().elements()) {
            if (element.getKind() != Kind.CONSTANT || !isPlain(element.constant())) {
                return null;
            }
            constants.add(constantValue(element.constant()));
        }
        return wanted == null || !list.list().optionalIndices().isEmpty()
                ? null
                : scope -> CelComparison.isIn(wanted.evaluate(scope), constants);
    }
}
