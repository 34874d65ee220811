package io.millrace.expressions;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelReference;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a checked syntax tree to an {@link Evaluator} if every part of the tree is of a supported kind: constants,
 * paths, comparisons, {@code && || ! ?:}, {@code in} a list of constants or a path, {@code has()}, and the functions of
 * strings that need no regular expression. Nulls are handled as in {@link CelNodeCompiler}.
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

    private static final String INT = "int64";
    private static final String DOUBLE = "double";
    /** Their overloads are the candidates if nothing is known of the operands. */
    private static final Set<String> ORDERED_TYPES = Set.of("string", "bool", INT, DOUBLE);
    /** The part of an overload's name before the types. */
    private static final Pattern ORDERING = Pattern.compile("^(?:less|greater)(?:_equals)?_");

    private final CelAbstractSyntaxTree ast;
    private final List<Variable> variables;
    private final Map<String, Integer> indexes;
    private final LookupTables lookups;

    /** For a tree over these variables, whose indexes are given by name. */
    EvaluatorCompiler(
            CelAbstractSyntaxTree ast, List<Variable> variables, Map<String, Integer> indexes, LookupTables lookups) {
        this.lookups = lookups;
        this.ast = ast;
        this.variables = variables;
        this.indexes = indexes;
    }

    /** The evaluator of a part of the tree; empty if the interpreter has to evaluate the whole part. */
    Optional<Evaluator> compile(CelExpr part) {
        return Optional.ofNullable(compileNode(part));
    }

    private @Nullable Evaluator compileNode(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT -> compileConstant(expr.constant());
            case IDENT -> compilePath(expr);
            case SELECT -> compileSelect(expr);
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

    private @Nullable Evaluator compileSelect(CelExpr expr) {
        Optional<LookupTables.RowRead> lookup = lookups.findRead(expr);
        if (lookup.isPresent()) {
            Evaluator key = compileNode(lookup.get().key());
            if (key == null) {
                return null;
            }
            LookupEvaluator read = new LookupEvaluator(
                    lookup.get().table(), lookup.get().field().orElseThrow(), key);
            return expr.select().testOnly() ? read::hasValue : read;
        }
        return expr.select().testOnly() ? compileHas(expr) : compilePath(expr);
    }

    private @Nullable Evaluator compileHas(CelExpr expr) {
        PathEvaluator container = compilePath(expr.select().operand());
        PathStep member = new PathStep(expr.select().field());
        return container == null ? null : scope -> container.hasValue(scope, member);
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
        LookupTable searched = lookups.tableOfSearch(expr.call().function());
        if (searched != null) {
            return scope -> LookupEvaluator.hasKey(searched, a, scope);
        }
        return switch (expr.call().function()) {
            case "!_" ->
                scope -> {
                    Object value = a.evaluate(scope);
                    return value instanceof Boolean yes ? (Object) !yes : unknownOrUndecided(value);
                };
            case "size" ->
                !calls(expr, "size_string") && !calls(expr, "string_size")
                        ? null
                        : scope -> {
                            Object value = a.evaluate(scope);
                            return value instanceof String text
                                    ? (Object) (long) text.codePointCount(0, text.length())
                                    : unknownOrUndecided(value);
                        };
            default -> null;
        };
    }

    private @Nullable Evaluator compileBinary(CelExpr expr, Evaluator a, Evaluator b) {
        return switch (expr.call().function()) {
            case "_&&_" -> compileLogical(false, expr, a, b);
            case "_||_" -> compileLogical(true, expr, a, b);
            case "_==_" -> compileEqual(a, b);
            case "_!=_" -> {
                Evaluator equal = compileEqual(a, b);
                yield scope -> equal.evaluate(scope) instanceof Boolean same ? (Object) !same : Evaluator.UNDECIDED;
            }
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

    /** A function of a null is null; what else it is not made for is the interpreter's. */
    private static @Nullable Object unknownOrUndecided(@Nullable Object value) {
        return value == null ? null : Evaluator.UNDECIDED;
    }

    /**
     * The side that decides wins in either order, also over an error of the other; an error wins over a null. A value that is not a
     * boolean is worse than an error: the interpreter does not evaluate the other side then.
     */
    private static @Nullable Evaluator compileLogical(boolean deciding, CelExpr expr, Evaluator a, Evaluator b) {
        boolean certain = isBoolean(expr.call().args().get(0));
        return scope -> {
            Object first = a.evaluate(scope);
            boolean known = first instanceof Boolean || first == null;
            if (first instanceof Boolean yes && yes == deciding) {
                return first;
            }
            if (!known && !(certain && first == Evaluator.UNDECIDED)) {
                return Evaluator.UNDECIDED;
            }
            Object second = b.evaluate(scope);
            if (second instanceof Boolean yes && yes == deciding) {
                return second;
            }
            if (!known || !(second instanceof Boolean || second == null)) {
                return Evaluator.UNDECIDED;
            }
            return first == null ? null : second;
        };
    }

    /** Whether the value is a boolean, null, or an error. */
    private static boolean isBoolean(CelExpr expr) {
        return switch (expr.getKind()) {
            case CALL -> PREDICATES.contains(expr.call().function());
            case SELECT -> expr.select().testOnly();
            default -> false;
        };
    }

    /**
     * The texts that a condition requires in every case: the equalities of paths and texts among the operands of an
     * outermost {@code &&}. None if an operand may not be a boolean: that would be an error whatever the other operands
     * are.
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

    private static Evaluator compileEqual(Evaluator a, Evaluator b) {
        if (a instanceof LookupEvaluator read) {
            return scope -> read.isEqual(scope, b);
        }
        if (b instanceof LookupEvaluator read) {
            return scope -> read.isEqual(scope, a);
        }
        return scope -> CelComparison.areEqual(a.evaluate(scope), b.evaluate(scope));
    }

    private @Nullable Evaluator compileOrdered(CelExpr expr, Evaluator a, Evaluator b, IntPredicate wanted) {
        BiPredicate<Object, Object> comparable = findComparable(overloads(expr));
        if (comparable == null) {
            return null;
        }
        CelExpr second = expr.call().args().get(1);
        if (a instanceof LookupEvaluator read
                && read.isInteger()
                && second.getKind() == Kind.CONSTANT
                && second.constant().getKind() == CelConstant.Kind.INT64_VALUE) {
            long bound = second.constant().int64Value();
            return scope -> read.compareInteger(scope, bound, wanted);
        }
        return scope -> {
            Object x = a.evaluate(scope);
            Object y = b.evaluate(scope);
            if (x == null || y == null) {
                return x == Evaluator.UNDECIDED || y == Evaluator.UNDECIDED ? Evaluator.UNDECIDED : null;
            }
            int order = comparable.test(x, y) ? CelComparison.orderOf(x, y) : CelComparison.UNORDERED;
            return order == CelComparison.UNORDERED ? Evaluator.UNDECIDED : (Object) wanted.test(order);
        };
    }

    /**
     * Whether the interpreter orders two values. It has only the overloads that the checker chose by the types of the operands;
     * an operand such as {@code c ? after.x : 1} may have a value of another type.
     */
    private static @Nullable BiPredicate<Object, Object> findComparable(List<String> overloads) {
        Set<String> types = overloads.stream()
                .map(overload -> ORDERING.matcher(overload).replaceFirst(""))
                .collect(Collectors.toUnmodifiableSet());
        if (types.containsAll(ORDERED_TYPES)) {
            return (x, y) -> true;
        }
        return Collections.disjoint(types, ORDERED_TYPES) ? null : (x, y) -> accepts(types, x, y);
    }

    private static boolean accepts(Set<String> types, Object x, Object y) {
        // A decimal is an integer or a double, according to its digits.
        if (x instanceof BigDecimal) {
            return accepts(types, 0L, y) && accepts(types, 0.0, y);
        }
        if (y instanceof BigDecimal) {
            return accepts(types, x, 0L) && accepts(types, x, 0.0);
        }
        return types.contains(operandTypes(typeName(x), typeName(y)));
    }

    /** The types of two operands as the names of overloads contain them. */
    private static String operandTypes(String first, String second) {
        if (first.equals(second)) {
            return first;
        }
        if (first.equals(INT) && second.equals(DOUBLE)) {
            return "int64_double";
        }
        return first.equals(DOUBLE) && second.equals(INT) ? "double_int64" : "";
    }

    private static String typeName(Object value) {
        if (value instanceof String) {
            return "string";
        } else if (value instanceof Boolean) {
            return "bool";
        } else if (value instanceof Double || value instanceof Float) {
            return DOUBLE;
        }
        return CelComparison.isInteger(value) ? INT : "";
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
        return scope -> {
            Object first = a.evaluate(scope);
            Object second = b.evaluate(scope);
            if (first instanceof String x && second instanceof String y) {
                return function.of(x, y);
            }
            return (first == null || second == null) && first != Evaluator.UNDECIDED && second != Evaluator.UNDECIDED
                    ? null
                    : Evaluator.UNDECIDED;
        };
    }

    private static @Nullable Evaluator compileTernary(Evaluator condition, Evaluator yes, Evaluator no) {
        return scope -> {
            Object decided = condition.evaluate(scope);
            return decided instanceof Boolean truth ? (truth ? yes : no).evaluate(scope) : unknownOrUndecided(decided);
        };
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
        if (wanted == null || !list.list().optionalIndices().isEmpty()) {
            return null;
        }
        return wanted instanceof LookupEvaluator read
                ? scope -> read.isIn(scope, constants)
                : scope -> CelComparison.isIn(wanted.evaluate(scope), constants);
    }
}
