package io.millrace.expressions;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The operands that a call reads by a {@link ValueConversion}, as Connect has them, because their schemas or digits are not in CEL's
 * values: those of {@code decimal}, {@code moment} and {@code time}, and the ones that a decimal or a timestamp must be at.
 */
final class OperandConversions {
    private static final String COALESCE = "coalesce";
    private static final Set<String> OF_MOMENTS = Set.of("date", "truncate");
    private static final Set<String> OF_DECIMALS = Set.of("round", "divide");
    /** The name of a function and the number of its first operands that are converted. */
    private static final Map<String, Integer> CONVERTED =
            Map.of("decimal", 1, "moment", 1, "time", 1, "date", 1, "truncate", 1, "round", 1, "divide", 2);

    private final CelAbstractSyntaxTree ast;

    OperandConversions(CelAbstractSyntaxTree ast) {
        this.ast = ast;
    }

    /** The conversion of an operand of the call; null if it is taken as CEL has it. */
    @Nullable
    ValueConversion find(CelExpr call, List<CelExpr> operands, int index) {
        String function = call.call().function();
        if (isOfDecimals(call, operands)) {
            return ValueConversion.DECIMAL;
        }
        if (LimitFunctions.isOne(function)) {
            return findTimeConversion(function, operands, index);
        }
        if (index >= CONVERTED.getOrDefault(function, 0)) {
            return null;
        }
        if (OF_DECIMALS.contains(function) || function.equals("decimal")) {
            return ValueConversion.DECIMAL;
        }
        if (OF_MOMENTS.contains(function)) {
            return ValueConversion.MOMENT;
        }
        // With a second operand, the unit, the first one is a number.
        return operands.size() > 1 ? null : function.equals("moment") ? ValueConversion.MOMENT : ValueConversion.TIME;
    }

    /**
     * Of {@code nullIf} and {@code clamp}, whose operands are times if one of them surely is. A time that {@code clamp} brings into
     * its bounds may be of any year.
     */
    private @Nullable ValueConversion findTimeConversion(String function, List<CelExpr> operands, int index) {
        if (operands.stream().anyMatch(operand -> hasType(operand, SimpleType.TIMESTAMP))) {
            return function.equals(LimitFunctions.CLAMP) && index == 0
                    ? ValueConversion.MOMENT_OF_ANY_YEAR
                    : ValueConversion.MOMENT;
        }
        return operands.stream().anyMatch(operand -> hasType(operand, SimpleType.DURATION))
                ? ValueConversion.TIME
                : null;
    }

    /** Whether the call is an operator or a limit with a decimal among its operands, or {@code coalesce} to one. */
    private boolean isOfDecimals(CelExpr call, List<CelExpr> operands) {
        if (call.call().function().equals(COALESCE)) {
            return isDecimal(call);
        }
        if (LimitFunctions.isOne(call.call().function())) {
            return operands.stream().anyMatch(OperandConversions::isDecimal);
        }
        return operands.size() == 2
                && DecimalFunctions.findOverload(call.call().function()).isPresent()
                && operands.stream().anyMatch(OperandConversions::isDecimal);
    }

    /** The only overload that is called, because conversions make all operands decimals; empty if the checker's are. */
    Optional<String> findOverload(CelExpr call, List<CelExpr> operands) {
        return isOfDecimals(call, operands)
                ? DecimalFunctions.findOverload(call.call().function())
                        .or(() -> LimitFunctions.findDecimalOverload(call.call().function()))
                : Optional.empty();
    }

    /**
     * Refuses what the checker accepts although it has no meaning: {@code 1 == null}, because null may be a decimal, and
     * {@code coalesce} of a decimal with another type, which the checker takes for the result's.
     *
     * @throws InvalidExpressionException if it is one
     */
    void checkTypes(CelExpr call, List<CelExpr> operands) {
        String function = call.call().function();
        if (function.equals(COALESCE)
                && isDecimal(operands.get(0))
                && !isDecimal(operands.get(1))
                && !hasType(operands.get(1), CelDecimal.TYPE)) {
            throw new InvalidExpressionException(
                    "coalesce() of a decimal needs a decimal as its second argument: coalesce(x, decimal(0))");
        }
        boolean ofNull = DecimalFunctions.findOverload(function).isPresent()
                && operands.stream().anyMatch(operand -> hasType(operand, SimpleType.NULL_TYPE))
                && operands.stream().noneMatch(operand -> hasType(operand, CelDecimal.TYPE))
                && ast.getReference(call.id()).orElseThrow().overloadIds().stream()
                        .allMatch(DecimalFunctions::isOverload);
        if (ofNull) {
            throw new InvalidExpressionException(CompilerMessage.describeOverload(
                    function,
                    operands.stream().map(operand -> typeOf(operand).name()).toList()));
        }
    }

    /**
     * Whether the value is a decimal or NULL, by the functions that the expression consists of. The checker's type is not certain: it
     * takes {@code row['a']} in {@code row['a'] == 1} for one, because the overload for decimals accepts it, too.
     */
    private static boolean isDecimal(CelExpr operand) {
        if (operand.getKind() != Kind.CALL) {
            return false;
        }
        List<CelExpr> arguments = operand.call().args();
        return switch (operand.call().function()) {
            case "decimal", "round", "divide" -> true;
            case "_+_", "_-_", "_*_", "-_", COALESCE, LimitFunctions.NULL_IF, LimitFunctions.CLAMP ->
                arguments.stream().anyMatch(OperandConversions::isDecimal);
            case "_?_:_" -> arguments.stream().skip(1).anyMatch(OperandConversions::isDecimal);
            default -> false;
        };
    }

    private boolean hasType(CelExpr operand, CelType type) {
        return typeOf(operand).name().equals(type.name());
    }

    private CelType typeOf(CelExpr operand) {
        return ast.getType(operand.id()).orElse(SimpleType.DYN);
    }
}
