package io.millrace.expressions;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelFunctionBinding;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.DataException;

/**
 * Maps the values that a target cannot hold: {@code nullIf(x, value)} is NULL if both are equal, and {@code clamp(x, low, high)} is
 * the nearest value between two bounds. The result is one of the operands, unchanged. Numbers are compared exactly, whatever their
 * types are; not-a-number equals itself in {@code nullIf}, and {@code clamp} refuses it.
 */
final class LimitFunctions {
    static final String NULL_IF = "nullIf";
    static final String CLAMP = "clamp";

    private static final Set<String> NAMES = Set.of(NULL_IF, CLAMP);
    private static final List<CelType> NUMBERS = List.of(SimpleType.INT, SimpleType.DOUBLE);
    private static final List<CelType> EXACT_NUMBERS = List.of(CelDecimal.TYPE, SimpleType.INT);
    private static final List<CelType> TIMES = List.of(SimpleType.TIMESTAMP, SimpleType.DURATION);
    private static final List<CelType> OTHERS = List.of(SimpleType.STRING, SimpleType.BOOL, SimpleType.BYTES);

    private static final List<CelOverloadDecl> NULL_IFS = Stream.concat(
                    combine(NUMBERS, 2).stream(),
                    Stream.of(TIMES, OTHERS).flatMap(List::stream).map(type -> List.of(type, type)))
            .map(operands -> declare(NULL_IF, operands.get(0), operands))
            .toList();
    private static final List<CelOverloadDecl> CLAMPS = Stream.concat(
                    combine(NUMBERS, 3).stream(), TIMES.stream().map(type -> List.of(type, type, type)))
            .map(operands -> declare(CLAMP, commonType(operands), operands))
            .toList();
    private static final List<CelOverloadDecl> NULL_IFS_OF_DECIMALS = declareDecimals(NULL_IF, 2);
    private static final List<CelOverloadDecl> CLAMPS_OF_DECIMALS = declareDecimals(CLAMP, 3);

    static final List<CelFunctionDecl> DECLARATIONS = List.of(
            CelFunctionDecl.newFunctionDeclaration(NULL_IF, NULL_IFS),
            CelFunctionDecl.newFunctionDeclaration(CLAMP, CLAMPS));

    /** For the expressions that {@link DecimalFunctions#areCalled} is true of. */
    static final List<CelFunctionDecl> DECIMAL_DECLARATIONS = List.of(
            CelFunctionDecl.newFunctionDeclaration(NULL_IF, NULL_IFS_OF_DECIMALS),
            CelFunctionDecl.newFunctionDeclaration(CLAMP, CLAMPS_OF_DECIMALS));

    static final List<CelFunctionBinding> BINDINGS = Stream.of(
                    NULL_IFS, CLAMPS, NULL_IFS_OF_DECIMALS, CLAMPS_OF_DECIMALS)
            .flatMap(List::stream)
            .map(LimitFunctions::bind)
            .toList();

    private LimitFunctions() {}

    /** Whether the function is one of these. */
    static boolean isOne(String function) {
        return NAMES.contains(function);
    }

    /** Whether an expression calls one of these functions. */
    static boolean areCalled(CelExpr expr) {
        return !Collections.disjoint(ExpressionPaths.findFunctions(expr), NAMES);
    }

    /** The overload of the function whose operands are all decimals; empty if it is another function. */
    static Optional<String> findDecimalOverload(String function) {
        return switch (function) {
            case NULL_IF -> Optional.of(nameOf(NULL_IF, Collections.nCopies(2, CelDecimal.TYPE)));
            case CLAMP -> Optional.of(nameOf(CLAMP, Collections.nCopies(3, CelDecimal.TYPE)));
            default -> Optional.empty();
        };
    }

    /**
     * Refuses bounds in the wrong order.
     *
     * @throws DataException if the first one is greater
     */
    static void requireOrder(Object low, Object high) {
        if (compare(low, high) > 0) {
            throw new DataException("clamp() expects a low bound that is not greater than the high one");
        }
    }

    /** Every list of so many of these types. */
    private static List<List<CelType>> combine(List<CelType> types, int count) {
        List<List<CelType>> combinations = List.of(List.of());
        for (int i = 0; i < count; i++) {
            combinations = combinations.stream()
                    .flatMap(some -> types.stream().map(type -> Stream.concat(some.stream(), Stream.of(type))
                            .toList()))
                    .toList();
        }
        return combinations;
    }

    private static List<CelOverloadDecl> declareDecimals(String function, int operands) {
        return combine(EXACT_NUMBERS, operands).stream()
                .filter(types -> types.contains(CelDecimal.TYPE))
                .map(types -> declare(function, CelDecimal.TYPE, types))
                .toList();
    }

    private static CelOverloadDecl declare(String function, CelType result, List<CelType> operands) {
        return CelOverloadDecl.newGlobalOverload(nameOf(function, operands), result, operands.toArray(CelType[]::new));
    }

    private static String nameOf(String function, List<? extends CelType> operands) {
        StringBuilder name = new StringBuilder(function);
        operands.forEach(type -> name.append('_').append(type.name()));
        return name.toString();
    }

    /** Any type, if a bound of another type than that of the value may be the result. */
    private static CelType commonType(List<CelType> operands) {
        return operands.stream().distinct().count() == 1 ? operands.get(0) : SimpleType.DYN;
    }

    private static CelFunctionBinding bind(CelOverloadDecl overload) {
        List<Class<?>> classes = new ArrayList<>();
        overload.parameterTypes().forEach(type -> classes.add(classOf(type)));
        boolean ofDecimals = overload.resultType().equals(CelDecimal.TYPE);
        return CelFunctionBinding.from(
                overload.overloadId(),
                classes,
                operands -> apply(
                        ofDecimals
                                ? Stream.of(operands)
                                        .map(LimitFunctions::toDecimal)
                                        .toArray()
                                : operands));
    }

    private static Class<?> classOf(CelType type) {
        return switch (type.kind()) {
            case INT -> Long.class;
            case DOUBLE -> Double.class;
            case STRING -> String.class;
            case BOOL -> Boolean.class;
            case BYTES -> CelByteString.class;
            case TIMESTAMP -> Instant.class;
            case DURATION -> Duration.class;
            default -> CelDecimal.class;
        };
    }

    private static Object toDecimal(Object number) {
        return number instanceof Long integer ? CelDecimal.of(integer) : number;
    }

    private static Object apply(Object[] operands) {
        return operands.length == 2 ? nullIf(operands[0], operands[1]) : clamp(operands[0], operands[1], operands[2]);
    }

    private static Object nullIf(Object value, Object other) {
        return areEqual(value, other) ? NullValue.NULL_VALUE : value;
    }

    private static boolean areEqual(Object value, Object other) {
        if (value instanceof Number a && other instanceof Number b) {
            return isNaN(a) == isNaN(b) && (isNaN(a) || compareNumbers(a, b) == 0);
        }
        return value.equals(other);
    }

    private static Object clamp(Object value, Object low, Object high) {
        requireOrder(low, high);
        if (compare(value, low) < 0) {
            return low;
        }
        return compare(value, high) > 0 ? high : value;
    }

    private static int compare(Object a, Object b) {
        if (a instanceof Number x && b instanceof Number y) {
            if (isNaN(x) || isNaN(y)) {
                throw new DataException("clamp() expects numbers, found not-a-number");
            }
            return compareNumbers(x, y);
        } else if (a instanceof CelDecimal x && b instanceof CelDecimal y) {
            return x.compare(y);
        } else if (a instanceof Instant x && b instanceof Instant y) {
            return x.compareTo(y);
        } else if (a instanceof Duration x && b instanceof Duration y) {
            return x.compareTo(y);
        }
        throw new DataException("clamp() expects three numbers, three timestamps or three durations");
    }

    private static boolean isNaN(Number number) {
        return number instanceof Double real && real.isNaN();
    }

    /** Of numbers, so 0.0 and -0.0 are equal. */
    private static int compareNumbers(Number a, Number b) {
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        double x = a.doubleValue();
        double y = b.doubleValue();
        if (Double.isInfinite(x) || Double.isInfinite(y) || (a instanceof Double && b instanceof Double)) {
            return x < y ? -1 : x > y ? 1 : 0;
        }
        return exact(a).compareTo(exact(b));
    }

    private static BigDecimal exact(Number number) {
        return number instanceof Long integer ? BigDecimal.valueOf(integer) : new BigDecimal(number.doubleValue());
    }
}
