package io.millrace.expressions;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import java.util.ArrayList;
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

    private static Optional<String> stringConstant(CelExpr expr) {
        return expr.getKind() == Kind.CONSTANT && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? Optional.of(expr.constant().stringValue())
                : Optional.empty();
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
                    throw new InvalidExpressionException("'" + side.ident().name() + "' is compared with null, but one "
                            + "that is not there reads as a structure whose fields are null; compare a field of it");
                }
            }
        }
        visitChildren(expr, child -> refuseComparisonOfDataWithNull(child, variables));
    }

    private static boolean isNull(CelExpr expr) {
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
