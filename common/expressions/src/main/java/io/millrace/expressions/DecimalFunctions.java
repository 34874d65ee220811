package io.millrace.expressions;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.DataException;

/**
 * Exact arithmetic on {@link CelDecimal}: conversions, {@code + - *}, comparisons with decimals, integers and texts, and rounding.
 * There is no {@code /}, whose result may have no end: {@code divide(a, b, scale)} rounds.
 */
final class DecimalFunctions {
    private interface Operation {
        Object of(CelDecimal left, CelDecimal right);
    }

    /** An operator: its name in CEL's tree, the beginning of its overloads' names, its result's type, and what it does. */
    private record Operator(String function, String name, CelType result, Operation operation) {
        String overload(String left, String right) {
            return name + "_" + left + "_" + right;
        }
    }

    private static final String DECIMAL = "decimal";
    private static final Set<String> CONSTRUCTORS = Set.of(DECIMAL, "round", "divide");
    private static final String INT = "int64";
    private static final String STRING = "string";

    private static final List<Operator> ARITHMETIC = List.of(
            new Operator("_+_", "add", CelDecimal.TYPE, CelDecimal::add),
            new Operator("_-_", "subtract", CelDecimal.TYPE, CelDecimal::subtract),
            new Operator("_*_", "multiply", CelDecimal.TYPE, CelDecimal::multiply));
    private static final List<Operator> ORDERS = List.of(
            new Operator("_<_", "less", SimpleType.BOOL, (a, b) -> a.compare(b) < 0),
            new Operator("_<=_", "less_equals", SimpleType.BOOL, (a, b) -> a.compare(b) <= 0),
            new Operator("_>_", "greater", SimpleType.BOOL, (a, b) -> a.compare(b) > 0),
            new Operator("_>=_", "greater_equals", SimpleType.BOOL, (a, b) -> a.compare(b) >= 0));
    private static final List<Operator> EQUALITIES = List.of(
            new Operator("_==_", "equals", SimpleType.BOOL, CelDecimal::equals),
            new Operator("_!=_", "not_equals", SimpleType.BOOL, (a, b) -> !a.equals(b)));

    private static final Map<String, Operator> OPERATORS = Stream.of(ARITHMETIC, ORDERS, EQUALITIES)
            .flatMap(List::stream)
            .collect(Collectors.toUnmodifiableMap(Operator::function, Function.identity()));

    private static final Set<String> OPERATOR_OVERLOADS = OPERATORS.values().stream()
            .flatMap(
                    operator -> Stream.concat(Stream.of(operator.overload(DECIMAL, DECIMAL)), mixedOverloads(operator)))
            .collect(Collectors.toUnmodifiableSet());

    static final List<CelFunctionDecl> DECLARATIONS = declare();
    static final List<CelFunctionBinding> BINDINGS = bind();

    private DecimalFunctions() {}

    /** The overload of an operator for two decimals; empty if it has none. */
    static Optional<String> findOverload(String function) {
        return Optional.ofNullable(OPERATORS.get(function)).map(operator -> operator.overload(DECIMAL, DECIMAL));
    }

    /** Whether an overload of an operator is one of decimals. */
    static boolean isOverload(String overload) {
        return OPERATOR_OVERLOADS.contains(overload);
    }

    /** Whether an expression calls a function that makes a decimal. Other expressions are checked without these declarations. */
    static boolean areCalled(CelExpr expr) {
        return ExpressionPaths.findFunctions(expr).stream().anyMatch(CONSTRUCTORS::contains);
    }

    /**
     * The overloads of a call in the order in which they are tried: of an equality, CEL's own is last because it accepts every two
     * values, and NULL.
     */
    static List<String> sortOverloads(String function, List<String> overloads) {
        if (!function.equals("_==_") && !function.equals("_!=_")) {
            return overloads;
        }
        return Stream.concat(
                        overloads.stream().filter(DecimalFunctions::isOverload),
                        Stream.of(function.equals("_==_") ? "equals" : "not_equals"))
                .toList();
    }

    private static List<CelFunctionDecl> declare() {
        List<CelFunctionDecl> functions = new ArrayList<>();
        functions.add(declareFunction(
                DECIMAL,
                declareOverload("decimal_decimal", CelDecimal.TYPE, CelDecimal.TYPE),
                declareOverload("decimal_int64", CelDecimal.TYPE, SimpleType.INT),
                declareOverload("decimal_double", CelDecimal.TYPE, SimpleType.DOUBLE),
                declareOverload("decimal_string", CelDecimal.TYPE, SimpleType.STRING)));
        functions.add(declareFunction(
                "round",
                declareOverload("round_scale", CelDecimal.TYPE, CelDecimal.TYPE, SimpleType.INT),
                declareOverload("round_mode", CelDecimal.TYPE, CelDecimal.TYPE, SimpleType.INT, SimpleType.STRING)));
        functions.add(declareFunction("divide", declareDivisions()));
        functions.add(
                declareFunction(STRING, declareOverload("decimal_to_string", SimpleType.STRING, CelDecimal.TYPE)));
        functions.add(declareFunction("int", declareOverload("decimal_to_int64", SimpleType.INT, CelDecimal.TYPE)));
        functions.add(
                declareFunction("double", declareOverload("decimal_to_double", SimpleType.DOUBLE, CelDecimal.TYPE)));
        functions.add(declareFunction("-_", declareOverload("negate_decimal", CelDecimal.TYPE, CelDecimal.TYPE)));
        ARITHMETIC.forEach(operator -> functions.add(declareOperator(operator, true, INT)));
        ORDERS.forEach(operator -> functions.add(declareOperator(operator, true, INT, STRING)));
        // CEL has the overload of two values of any one type.
        EQUALITIES.forEach(operator -> functions.add(declareOperator(operator, false, INT, STRING)));
        return List.copyOf(functions);
    }

    private static CelFunctionDecl declareFunction(String name, CelOverloadDecl... overloads) {
        return CelFunctionDecl.newFunctionDeclaration(name, overloads);
    }

    private static CelOverloadDecl declareOverload(String overload, CelType result, CelType... operands) {
        return CelOverloadDecl.newGlobalOverload(overload, result, operands);
    }

    /** The operands may be integers too; {@link OperandConversions} makes decimals of them. */
    private static CelOverloadDecl[] declareDivisions() {
        List<CelOverloadDecl> overloads = new ArrayList<>();
        for (CelType dividend : List.of(CelDecimal.TYPE, SimpleType.INT)) {
            for (CelType divisor : List.of(CelDecimal.TYPE, SimpleType.INT)) {
                String name = "divide_" + dividend.name() + "_" + divisor.name();
                overloads.add(declareOverload(name + "_scale", CelDecimal.TYPE, dividend, divisor, SimpleType.INT));
                overloads.add(declareOverload(
                        name + "_mode", CelDecimal.TYPE, dividend, divisor, SimpleType.INT, SimpleType.STRING));
            }
        }
        return overloads.toArray(CelOverloadDecl[]::new);
    }

    private static CelFunctionDecl declareOperator(Operator operator, boolean ofDecimals, String... others) {
        List<CelOverloadDecl> overloads = new ArrayList<>();
        if (ofDecimals) {
            overloads.add(declareOverload(
                    operator.overload(DECIMAL, DECIMAL), operator.result(), CelDecimal.TYPE, CelDecimal.TYPE));
        }
        for (String other : others) {
            CelType type = other.equals(INT) ? SimpleType.INT : SimpleType.STRING;
            overloads.add(declareOverload(operator.overload(DECIMAL, other), operator.result(), CelDecimal.TYPE, type));
            overloads.add(declareOverload(operator.overload(other, DECIMAL), operator.result(), type, CelDecimal.TYPE));
        }
        return CelFunctionDecl.newFunctionDeclaration(operator.function(), overloads);
    }

    private static List<CelFunctionBinding> bind() {
        List<CelFunctionBinding> bindings = new ArrayList<>(List.of(
                CelFunctionBinding.from("decimal_to_string", CelDecimal.class, CelDecimal::toText),
                CelFunctionBinding.from("decimal_to_int64", CelDecimal.class, CelDecimal::toWhole),
                CelFunctionBinding.from("decimal_to_double", CelDecimal.class, CelDecimal::toNearestDouble),
                CelFunctionBinding.from("negate_decimal", CelDecimal.class, CelDecimal::negate),
                CelFunctionBinding.from(
                        "round_scale",
                        CelDecimal.class,
                        Long.class,
                        (number, scale) -> number.round(scale, RoundingMode.HALF_UP)),
                CelFunctionBinding.from(
                        "round_mode",
                        List.of(CelDecimal.class, Long.class, String.class),
                        values -> ((CelDecimal) values[0]).round((Long) values[1], readMode((String) values[2])))));
        for (CelOverloadDecl division : declareDivisions()) {
            boolean hasMode = division.parameterTypes().size() == 4;
            bindings.add(CelFunctionBinding.from(
                    division.overloadId(),
                    hasMode
                            ? List.of(CelDecimal.class, CelDecimal.class, Long.class, String.class)
                            : List.of(CelDecimal.class, CelDecimal.class, Long.class),
                    values -> ((CelDecimal) values[0])
                            .divide(
                                    (CelDecimal) values[1],
                                    (Long) values[2],
                                    hasMode ? readMode((String) values[3]) : RoundingMode.HALF_UP)));
        }
        OPERATORS.values().forEach(operator -> bindOperator(operator, bindings));
        return List.copyOf(bindings);
    }

    private static Stream<String> mixedOverloads(Operator operator) {
        return Stream.of(INT, STRING)
                .flatMap(other -> Stream.of(operator.overload(DECIMAL, other), operator.overload(other, DECIMAL)));
    }

    private static void bindOperator(Operator operator, List<CelFunctionBinding> bindings) {
        bindings.add(bindPair(operator, DECIMAL, DECIMAL));
        for (String other : List.of(INT, STRING)) {
            bindings.add(bindPair(operator, DECIMAL, other));
            bindings.add(bindPair(operator, other, DECIMAL));
        }
    }

    // Operations have no state.
    @SuppressWarnings("Immutable")
    private static CelFunctionBinding bindPair(Operator operator, String left, String right) {
        String overload = operator.overload(left, right);
        return CelFunctionBinding.from(overload, classOf(left), classOf(right), (a, b) -> operator.operation()
                .of(toDecimal(a), toDecimal(b)));
    }

    private static Class<?> classOf(String type) {
        return type.equals(DECIMAL) ? CelDecimal.class : type.equals(INT) ? Long.class : String.class;
    }

    private static CelDecimal toDecimal(Object value) {
        return value instanceof CelDecimal decimal ? decimal : (CelDecimal) ValueConversion.DECIMAL.of(null, value);
    }

    /**
     * The rounding mode of this name.
     *
     * @throws DataException if there is none
     */
    static RoundingMode readMode(String name) {
        return Stream.of(RoundingMode.values())
                .filter(Predicate.not(RoundingMode.UNNECESSARY::equals))
                .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new DataException(
                        "unknown rounding; expected half_up, half_even, half_down, up," + " down, ceiling or floor"));
    }
}
