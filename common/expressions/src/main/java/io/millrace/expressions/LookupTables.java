package io.millrace.expressions;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.NullableType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelMacroExprFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The tables of an {@link ExpressionCompiler}. The macros {@code lookup('name', key)} and {@code found('name', key)} become
 * calls of a function of their own for each table, so that CEL's checker has the types of the table's fields.
 */
final class LookupTables {
    static final String LOOKUP = "lookup";
    static final String FOUND = "found";

    /** No user can write such a name. */
    private static final String LOOKUP_CALL = "@lookup:";

    private static final String FOUND_CALL = "@found:";
    private static final String ROW_TYPE = "a row of ";
    private static final Set<String> EQUALITIES = Set.of("_==_", "_!=_");

    private final Map<String, LookupTable> tables = new LinkedHashMap<>();

    /** What an expression reads: {@code lookup('table', key)}, or a field of it. */
    record RowRead(LookupTable table, CelExpr key, Optional<Integer> field) {}

    /** @throws InvalidExpressionException if two tables have one name */
    LookupTables(Collection<LookupTable> tables) {
        for (LookupTable table : tables) {
            if (this.tables.put(table.name(), table) != null) {
                throw new InvalidExpressionException("the table '" + table.name() + "' is a duplicate");
            }
        }
    }

    List<CelMacro> macros() {
        ImmutableSet<String> names = ImmutableSet.copyOf(tables.keySet());
        return List.of(macro(LOOKUP, LOOKUP_CALL, names), macro(FOUND, FOUND_CALL, names));
    }

    private static CelMacro macro(String name, String call, ImmutableSet<String> tables) {
        return CelMacro.newGlobalMacro(
                name, 2, (factory, target, arguments) -> Optional.of(expand(factory, name, call, tables, arguments)));
    }

    private static CelExpr expand(
            CelMacroExprFactory factory,
            String macro,
            String call,
            ImmutableSet<String> tables,
            List<CelExpr> arguments) {
        CelExpr table = arguments.get(0);
        boolean literal =
                table.getKind() == Kind.CONSTANT && table.constant().getKind() == CelConstant.Kind.STRING_VALUE;
        if (!literal) {
            return report(factory, table, macro + "() expects the name of a table as a text in quotes");
        }
        String name = table.constant().stringValue();
        if (!tables.contains(name)) {
            return report(
                    factory,
                    table,
                    "unknown table '" + name + "'; "
                            + (tables.isEmpty()
                                    ? "no table is declared"
                                    : "expected one of "
                                            + tables.stream().sorted().toList() + NearestNames.suggest(name, tables)));
        }
        return factory.newGlobalCall(call + name, arguments.get(1));
    }

    private static CelExpr report(CelMacroExprFactory factory, CelExpr at, String message) {
        return factory.reportError(CelIssue.formatError(factory.getSourceLocation(at), message));
    }

    List<CelFunctionDecl> declarations() {
        List<CelFunctionDecl> declarations = new ArrayList<>();
        for (LookupTable table : tables.values()) {
            declarations.add(declare(LOOKUP_CALL + table.name(), typeOf(table)));
            declarations.add(declare(FOUND_CALL + table.name(), SimpleType.BOOL));
        }
        return declarations;
    }

    private static CelFunctionDecl declare(String function, CelType result) {
        return CelFunctionDecl.newFunctionDeclaration(
                function, CelOverloadDecl.newGlobalOverload(function, result, SimpleType.DYN));
    }

    List<StructType> types() {
        return tables.values().stream().map(LookupTables::typeOf).toList();
    }

    private static StructType typeOf(LookupTable table) {
        ImmutableMap<String, CelType> fields = table.fields().stream()
                .collect(ImmutableMap.toImmutableMap(LookupTable.Field::name, field -> typeOf(field.schema())));
        return StructType.create(
                ROW_TYPE + table.name(), fields.keySet(), field -> Optional.ofNullable(fields.get(field)));
    }

    private static CelType typeOf(Schema schema) {
        if (schema.name() != null) {
            return SimpleType.DYN;
        }
        return switch (schema.type()) {
            case STRING -> NullableType.create(SimpleType.STRING);
            case BOOLEAN -> NullableType.create(SimpleType.BOOL);
            case INT8, INT16, INT32, INT64 -> NullableType.create(SimpleType.INT);
            case FLOAT32, FLOAT64 -> NullableType.create(SimpleType.DOUBLE);
            default -> SimpleType.DYN;
        };
    }

    /** The fields of the table whose row the selection with this id reads; empty if it reads another value. */
    Optional<List<String>> findFields(CelExpr root, long selection) {
        return CelNavigableExpr.fromExpr(root)
                .allNodes()
                .map(CelNavigableExpr::expr)
                .filter(expr -> expr.id() == selection && expr.getKind() == Kind.SELECT)
                .map(expr -> expr.select().operand())
                .filter(operand -> operand.getKind() == Kind.CALL)
                .map(operand -> tableOfLookup(operand.call().function()))
                .filter(Objects::nonNull)
                .findFirst()
                .map(table ->
                        table.fields().stream().map(LookupTable.Field::name).toList());
    }

    /** The table whose rows the call returns, or null. */
    @Nullable
    LookupTable tableOfLookup(String function) {
        return function.startsWith(LOOKUP_CALL) ? tables.get(function.substring(LOOKUP_CALL.length())) : null;
    }

    /** The table in which the call looks for a key, or null. */
    @Nullable
    LookupTable tableOfSearch(String function) {
        return function.startsWith(FOUND_CALL) ? tables.get(function.substring(FOUND_CALL.length())) : null;
    }

    /** What the expression reads, if the whole expression is a row, or the field of a row or a test for it. */
    Optional<RowRead> findRead(CelExpr expr) {
        boolean ofField = expr.getKind() == Kind.SELECT;
        CelExpr row = ofField ? expr.select().operand() : expr;
        LookupTable table =
                row.getKind() == Kind.CALL ? tableOfLookup(row.call().function()) : null;
        return table == null
                ? Optional.empty()
                : Optional.of(new RowRead(
                        table,
                        row.call().args().get(0),
                        ofField ? Optional.of(indexOf(table, expr.select().field())) : Optional.empty()));
    }

    /**
     * Refuses {@code lookup('table', key) == null}: a missing row reads as a structure of nulls, so the result would always be
     * the same.
     */
    void refuseComparisonOfRowsWithNull(CelExpr root) {
        boolean compared = CelNavigableExpr.fromExpr(root)
                .allNodes()
                .map(CelNavigableExpr::expr)
                .filter(expr -> expr.getKind() == Kind.CALL
                        && EQUALITIES.contains(expr.call().function()))
                .map(expr -> expr.call().args())
                .anyMatch(sides -> sides.stream().anyMatch(ExpressionPaths::isNull)
                        && sides.stream().anyMatch(this::isRow));
        if (compared) {
            throw new InvalidExpressionException("a row of a table is compared with null, but a missing row reads as a"
                    + " structure of nulls, so the result is always the same; write found('table', key)");
        }
    }

    private boolean isRow(CelExpr expr) {
        return expr.getKind() == Kind.CALL && tableOfLookup(expr.call().function()) != null;
    }

    static int indexOf(LookupTable table, String field) {
        List<LookupTable.Field> fields = table.fields();
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).name().equals(field)) {
                return i;
            }
        }
        throw new InvalidExpressionException("unknown field '" + field + "' of the table '" + table.name() + "'");
    }
}
