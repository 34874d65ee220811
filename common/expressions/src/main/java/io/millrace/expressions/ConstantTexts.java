package io.millrace.expressions;

import dev.cel.common.ast.CelExpr;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.DataException;

/** Refuses a unit, a time zone, an order of bytes or a rounding that does not exist, if it is a constant of an expression. */
final class ConstantTexts {
    /** The check of an argument. */
    private record Check(int argument, Consumer<String> check) {}

    private static final Map<String, List<Check>> CHECKS = Map.of(
            "uuid", List.of(new Check(1, UuidFunctions::checkOrder)),
            "moment", List.of(new Check(1, TimeFunctions::checkUnit)),
            "time", List.of(new Check(1, TimeFunctions::checkUnit)),
            "date", List.of(new Check(1, TimeFunctions::checkZone)),
            "truncate", List.of(new Check(1, TimeFunctions::checkTruncation), new Check(2, TimeFunctions::checkZone)),
            "round", List.of(new Check(2, DecimalFunctions::readMode)),
            "divide", List.of(new Check(3, DecimalFunctions::readMode)));

    private ConstantTexts() {}

    /**
     * Checks the arguments of a call.
     *
     * @throws InvalidExpressionException with the function, and what is expected
     */
    static void check(String function, List<CelExpr> arguments) {
        for (Check check : CHECKS.getOrDefault(function, List.of())) {
            if (check.argument() < arguments.size()) {
                checkOne(function, arguments.get(check.argument()), check.check());
            }
        }
    }

    private static void checkOne(String function, CelExpr argument, Consumer<String> check) {
        Optional<String> text = ExpressionPaths.stringConstant(argument);
        try {
            text.ifPresent(check);
        } catch (DataException e) {
            throw new InvalidExpressionException(
                    function + "(): " + e.getMessage() + ", found '" + text.orElse("") + "'");
        }
    }
}
