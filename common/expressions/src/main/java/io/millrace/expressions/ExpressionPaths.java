package io.millrace.expressions;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The paths that a checked expression reads, found in its syntax tree. */
final class ExpressionPaths {
    /** {@code json(text).inside}. */
    record JsonPath(Path text, Path inside) {}

    private static final String INDEX = "_[_]";
    private static final Set<String> EQUALITIES = Set.of("_==_", "_!=_");

    private static final Set<String> ORDERS = Set.of("_<_", "_<=_", "_>_", "_>=_");
    private static final String IN = "@in";

    private ExpressionPaths() {}

    /** The path, if the whole expression is one. */
    static Optional<Path> findPath(CelExpr expr, Set<String> variables) {
        List<String> steps = new ArrayList<>();
        CelExpr root = descendSteps(expr, steps);
        return root.getKind() == Kind.IDENT && variables.contains(root.ident().name())
                ? Optional.of(new Path(root.ident().name(), steps))
                : Optional.empty();
    }

    /** The JSON path, if the whole expression is one. */
    static Optional<JsonPath> findJsonPath(CelExpr expr, Set<String> variables) {
        List<String> steps = new ArrayList<>();
        CelExpr root = descendSteps(expr, steps);
        if (root.getKind() != Kind.CALL || !root.call().function().equals("json")) {
            return Optional.empty();
        }
        return findPath(root.call().args().get(0), variables).map(text -> new JsonPath(text, new Path("json", steps)));
    }

    /** Follows selections and constant indexes down to what they start from; puts the steps in reading order. */
    private static CelExpr descendSteps(CelExpr expr, List<String> steps) {
        CelExpr at = expr;
        while (true) {
            if (at.getKind() == Kind.SELECT && !at.select().testOnly()) {
                steps.add(0, at.select().field());
                at = at.select().operand();
            } else if (at.getKind() == Kind.CALL
                    && at.call().function().equals(INDEX)
                    && stringConstant(at.call().args().get(1)).isPresent()) {
                steps.add(0, stringConstant(at.call().args().get(1)).get());
                at = at.call().args().get(0);
            } else {
                return at;
            }
        }
    }

    /** The text, if the expression is a constant one. */
    static Optional<String> stringConstant(CelExpr expr) {
        return expr.getKind() == Kind.CONSTANT && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? Optional.of(expr.constant().stringValue())
                : Optional.empty();
    }

    /** Every text that is a constant of the expression. */
    static Set<String> findTexts(CelExpr expr) {
        Set<String> texts = new HashSet<>();
        collectTexts(expr, texts);
        return Set.copyOf(texts);
    }

    private static void collectTexts(CelExpr expr, Set<String> texts) {
        stringConstant(expr).ifPresent(texts::add);
        visitChildren(expr, child -> collectTexts(child, texts));
    }

    /** The names of the functions that the expression calls. */
    static Set<String> findFunctions(CelExpr expr) {
        Set<String> functions = new HashSet<>();
        collectFunctions(expr, functions);
        return Set.copyOf(functions);
    }

    private static void collectFunctions(CelExpr expr, Set<String> functions) {
        if (expr.getKind() == Kind.CALL) {
            functions.add(expr.call().function());
        }
        visitChildren(expr, child -> collectFunctions(child, functions));
    }

    /** Every longest path into one of the variables that have a row's columns. */
    static Set<Path> findPaths(CelExpr expr, List<Variable> variables) {
        Set<String> data = variables.stream()
                .filter(v -> v.kind() == Variable.Kind.DATA || v.kind() == Variable.Kind.CHANGES)
                .map(Variable::name)
                .collect(Collectors.toSet());
        Set<Path> paths = new LinkedHashSet<>();
        collectPaths(expr, data, paths);
        return Set.copyOf(paths);
    }

    private static void collectPaths(CelExpr expr, Set<String> data, Set<Path> paths) {
        Optional<Path> path = findPath(expr, data);
        if (path.isPresent()) {
            paths.add(path.get());
        } else {
            visitChildren(expr, child -> collectPaths(child, data, paths));
        }
    }

    /** The fields of the variables that the expression tests for with {@code has()}. */
    static Set<Path> findTested(CelExpr expr, Set<String> variables) {
        Set<Path> tested = new HashSet<>();
        collectTested(expr, variables, tested);
        return Set.copyOf(tested);
    }

    private static void collectTested(CelExpr expr, Set<String> variables, Set<Path> tested) {
        if (expr.getKind() == Kind.SELECT && expr.select().testOnly()) {
            findPath(expr.select().operand(), variables)
                    .filter(path -> path.steps().isEmpty())
                    .ifPresent(path -> tested.add(
                            new Path(path.variable(), List.of(expr.select().field()))));
        }
        visitChildren(expr, child -> collectTested(child, variables, tested));
    }

    /** The paths whose first field every record must have: those that the expression reads without a test of that field. */
    static Set<Path> findRequired(CelExpr expr, List<Variable> variables) {
        Set<Path> tested =
                findTested(expr, variables.stream().map(Variable::name).collect(Collectors.toSet()));
        return findPaths(expr, variables).stream()
                .filter(path -> path.steps().isEmpty()
                        || !tested.contains(
                                new Path(path.variable(), path.steps().subList(0, 1))))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The text constants that the expression compares with paths into the variables. */
    static Set<ComparedText> findComparedTexts(CelExpr expr, List<Variable> variables) {
        Set<ComparedText> texts = new LinkedHashSet<>();
        collectComparedTexts(expr, variables.stream().map(Variable::name).collect(Collectors.toSet()), texts);
        return Set.copyOf(texts);
    }

    private static void collectComparedTexts(CelExpr expr, Set<String> variables, Set<ComparedText> texts) {
        if (expr.getKind() == Kind.CALL && expr.call().args().size() == 2) {
            CelCall call = expr.call();
            boolean ordered = ORDERS.contains(call.function());
            if (ordered || EQUALITIES.contains(call.function())) {
                for (int i = 0; i < 2; i++) {
                    addComparedText(call.args().get(i), call.args().get(1 - i), ordered, variables, texts);
                }
            } else if (call.function().equals(IN) && call.args().get(1).getKind() == Kind.LIST) {
                call.args()
                        .get(1)
                        .list()
                        .elements()
                        .forEach(element -> addComparedText(call.args().get(0), element, false, variables, texts));
            }
        }
        visitChildren(expr, child -> collectComparedTexts(child, variables, texts));
    }

    private static void addComparedText(
            CelExpr side, CelExpr other, boolean ordered, Set<String> variables, Set<ComparedText> texts) {
        Optional<Path> path = findPath(side, variables);
        Optional<String> text = stringConstant(other);
        if (path.isPresent() && text.isPresent()) {
            texts.add(new ComparedText(path.get(), text.get(), ordered));
        }
    }

    /**
     * Refuses a comparison of a variable with null: a missing variable reads as a structure of nulls, so the result would
     * always be the same, and a rule would never match.
     */
    static void refuseComparisonOfDataWithNull(CelExpr expr, List<Variable> variables) {
        if (expr.getKind() == Kind.CALL && EQUALITIES.contains(expr.call().function())) {
            CelCall call = expr.call();
            for (int i = 0; i < 2; i++) {
                CelExpr side = call.args().get(i);
                if (isNull(call.args().get(1 - i))
                        && side.getKind() == Kind.IDENT
                        && variables.stream()
                                .anyMatch(v -> v.kind() == Variable.Kind.DATA
                                        && v.name().equals(side.ident().name()))) {
                    throw new InvalidExpressionException("'" + side.ident().name() + "' is compared with null,"
                            + " but a missing one reads as a structure of nulls, so the result is always the"
                            + " same; compare a field of it");
                }
            }
        }
        visitChildren(expr, child -> refuseComparisonOfDataWithNull(child, variables));
    }

    /** Whether the expression is {@code has(…)}. */
    static boolean isTest(CelExpr expr) {
        return expr.getKind() == Kind.SELECT && expr.select().testOnly();
    }

    /** Whether the expression is the constant null. */
    static boolean isNull(CelExpr expr) {
        return expr.getKind() == Kind.CONSTANT && expr.constant().getKind() == CelConstant.Kind.NULL_VALUE;
    }

    private static void visitChildren(CelExpr expr, Consumer<CelExpr> action) {
        switch (expr.getKind()) {
            case SELECT -> action.accept(expr.select().operand());
            case CALL -> {
                expr.call().target().ifPresent(action);
                expr.call().args().forEach(action);
            }
            case LIST -> expr.list().elements().forEach(action);
            case STRUCT -> expr.struct().entries().forEach(entry -> action.accept(entry.value()));
            case MAP ->
                expr.map().entries().forEach(entry -> {
                    action.accept(entry.key());
                    action.accept(entry.value());
                });
            case COMPREHENSION -> {
                CelComprehension loop = expr.comprehension();
                List.of(loop.iterRange(), loop.accuInit(), loop.loopCondition(), loop.loopStep(), loop.result())
                        .forEach(action);
            }
            default -> {}
        }
    }
}
