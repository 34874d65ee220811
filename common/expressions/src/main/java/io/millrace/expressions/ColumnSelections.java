package io.millrace.expressions;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableSelect;
import dev.cel.common.navigation.CelNavigableMutableAst;
import dev.cel.common.navigation.CelNavigableMutableExpr;
import java.util.List;
import java.util.Set;

/**
 * Replaces {@code row['order-no']} by the selection of that column. CEL has no syntax for a selection whose name is not an
 * identifier, and its checker has the types of columns for selections alone.
 */
final class ColumnSelections {
    private static final String INDEX = "_[_]";

    private ColumnSelections() {}

    /**
     * The tree with selections.
     *
     * @param parsed a tree that was not checked
     * @param rows the variables that have a row's columns
     * @param all whether to replace every index that is a text, because CEL's checker takes the value at an index for one of the
     *     first overload's type, such as a decimal
     */
    static CelAbstractSyntaxTree replaceIndexes(CelAbstractSyntaxTree parsed, Set<String> rows, boolean all) {
        CelMutableAst tree = CelMutableAst.fromCelAst(parsed);
        List<CelMutableExpr> indexes = CelNavigableMutableAst.fromAst(tree)
                .getRoot()
                .allNodes()
                .map(CelNavigableMutableExpr::expr)
                .filter(node -> isColumn(node, rows, all))
                .toList();
        if (indexes.isEmpty()) {
            return parsed;
        }
        indexes.forEach(node -> node.setSelect(CelMutableSelect.create(
                node.call().args().get(0), node.call().args().get(1).constant().stringValue())));
        return tree.toParsedAst();
    }

    private static boolean isColumn(CelMutableExpr node, Set<String> rows, boolean all) {
        if (node.getKind() != Kind.CALL || !node.call().function().equals(INDEX)) {
            return false;
        }
        CelMutableExpr row = node.call().args().get(0);
        CelMutableExpr name = node.call().args().get(1);
        return (all || (row.getKind() == Kind.IDENT && rows.contains(row.ident().name())))
                && name.getKind() == Kind.CONSTANT
                && name.constant().getKind() == CelConstant.Kind.STRING_VALUE;
    }
}
