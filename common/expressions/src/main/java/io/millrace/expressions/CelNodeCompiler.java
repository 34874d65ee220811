package io.millrace.expressions;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelErrorCode;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelSelect;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.TypeType;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link CelNode} of every checked syntax tree. The functions are CEL's own; what is done with a NULL is SQL's
 * three-valued logic, which CEL does not have:
 *
 * <ul>
 *   <li>{@code ==}, {@code !=}, {@code in}, {@code coalesce} and the making of lists and maps take a NULL for a value;
 *   <li>every other function of a NULL is NULL, and so is a part of a NULL;
 *   <li>{@code &&} and {@code ||} are decided by the side that decides alone, and are otherwise NULL if a side is;
 *   <li>{@code !} of NULL is NULL, and so is {@code ?:} if its condition is NULL;
 *   <li>{@code has(e.f)} is true only if {@code f} is there and not NULL;
 *   <li>{@code all} and {@code exists} are {@code &&} and {@code ||} over the elements; {@code filter}, {@code map} and
 *       {@code exists_one} leave out the elements for which the condition is NULL; each is NULL over a NULL.
 * </ul>
 */
final class CelNodeCompiler {
    /** The value of a loop so far, if computing it failed: a later element can still decide. */
    private record Failure(RuntimeException exception) {}

    private final CelAbstractSyntaxTree ast;
    private final List<Variable> variables;
    private final Map<String, Integer> indexes;
    private final LookupTables lookups;
    private final CelCalls calls;
    private final OperandConversions conversions;
    private final Map<String, Integer> locals = new HashMap<>();
    private int slots;

    /** For a tree over these variables, whose indexes are given by name. */
    CelNodeCompiler(
            CelAbstractSyntaxTree ast,
            List<Variable> variables,
            Map<String, Integer> indexes,
            LookupTables lookups,
            CelCalls calls) {
        this.lookups = lookups;
        this.ast = ast;
        this.variables = variables;
        this.indexes = indexes;
        this.calls = calls;
        this.conversions = new OperandConversions(ast);
    }

    /**
     * A part of the tree.
     *
     * @throws InvalidExpressionException if a part of it is not supported
     */
    CelNode compile(CelExpr part) {
        return compileNode(part);
    }

    /** How many variables of loops the compiled tree has. */
    int slots() {
        return slots;
    }

    private CelNode compileNode(CelExpr expr) {
        return switch (expr.getKind()) {
            case CONSTANT -> compileConstant(expr.constant());
            case IDENT -> compileName(expr);
            case SELECT -> compileSelect(expr.select());
            case CALL -> compileCall(expr);
            case LIST -> compileList(expr);
            case MAP -> compileMap(expr);
            case COMPREHENSION -> compileLoop(expr.comprehension());
            default -> throw new InvalidExpressionException("messages of Protobuf are not supported");
        };
    }

    private static CelNode compileConstant(CelConstant constant) {
        Object value = constantOf(constant);
        return frame -> value;
    }

    private static Object constantOf(CelConstant constant) {
        return switch (constant.getKind()) {
            case NULL_VALUE -> NullValue.NULL_VALUE;
            case BOOLEAN_VALUE -> constant.booleanValue();
            case INT64_VALUE -> constant.int64Value();
            case UINT64_VALUE -> constant.uint64Value();
            case DOUBLE_VALUE -> constant.doubleValue();
            case STRING_VALUE -> constant.stringValue();
            case BYTES_VALUE -> constant.bytesValue();
            default ->
                throw new InvalidExpressionException(
                        "a constant of the kind " + constant.getKind() + " is not supported");
        };
    }

    private CelNode compileName(CelExpr expr) {
        String name = expr.ident().name();
        Integer slot = locals.get(name);
        if (slot != null) {
            int local = slot;
            return frame -> {
                if (frame.local(local) instanceof Failure failure) {
                    throw failure.exception();
                }
                return frame.local(local);
            };
        }
        Integer index = indexes.get(name);
        if (index != null) {
            return compileVariable(index);
        }
        CelType type = ast.getType(expr.id()).orElse(SimpleType.ERROR);
        if (type.kind() == CelKind.TYPE) {
            return frame -> type;
        }
        throw new InvalidExpressionException("'" + name + "' is not supported");
    }

    private CelNode compileVariable(int index) {
        boolean data = variables.get(index).kind() == Variable.Kind.DATA;
        return frame -> {
            Object value = frame.scope().value(index);
            return value == null && data ? CelValues.ABSENT : CelValues.toCel(value);
        };
    }

    private CelNode compileSelect(CelSelect select) {
        CelNode operand = compileNode(select.operand());
        String field = select.field();
        return select.testOnly()
                ? frame -> hasValue(operand.evaluate(frame), field)
                : frame -> selectField(operand.evaluate(frame), field);
    }

    private static Object hasValue(Object operand, String field) {
        if (operand instanceof NullValue) {
            return false;
        }
        if (operand instanceof Map<?, ?> map) {
            Object value = map.get(field);
            return value != null && !(value instanceof NullValue);
        }
        throw new CelFault(CelErrorCode.ATTRIBUTE_NOT_FOUND);
    }

    private static Object selectField(Object operand, String field) {
        if (operand instanceof NullValue) {
            return operand;
        }
        Object value = operand instanceof Map<?, ?> map ? map.get(field) : null;
        if (value == null) {
            throw new CelFault(CelErrorCode.ATTRIBUTE_NOT_FOUND);
        }
        return value;
    }

    private CelNode compileCall(CelExpr expr) {
        CelCall call = expr.call();
        List<CelExpr> arguments = new ArrayList<>();
        call.target().ifPresent(arguments::add);
        arguments.addAll(call.args());
        ConstantTexts.check(call.function(), arguments);
        conversions.checkTypes(expr, arguments);
        List<CelNode> operands = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            operands.add(compileOperand(arguments.get(i), conversions.find(expr, arguments, i)));
        }
        return switch (call.function()) {
            case "_&&_" -> compileLogical(false, operands.get(0), operands.get(1));
            case "_||_" -> compileLogical(true, operands.get(0), operands.get(1));
            case "_?_:_" -> compileTernary(operands.get(0), operands.get(1), operands.get(2), false);
            case "@not_strictly_false", "__not_strictly_false__" -> compileNotStrictlyFalse(operands.get(0));
            case "type" -> frame -> TypeType.create(typeOf(operands.get(0).evaluate(frame)));
            case "dyn", "decimal" -> operands.get(0);
            case "moment", "time" ->
                operands.size() == 1 ? operands.get(0) : compileFunction(expr, arguments, operands);
            case LimitFunctions.CLAMP -> {
                checkBounds(arguments, operands);
                yield compileFunction(expr, arguments, operands);
            }
            default -> compileFunction(expr, arguments, operands);
        };
    }

    /** Refuses constant bounds of {@code clamp} that no value can be between. */
    private void checkBounds(List<CelExpr> arguments, List<CelNode> operands) {
        if (!isConstant(arguments.get(1)) || !isConstant(arguments.get(2))) {
            return;
        }
        try {
            Object low = operands.get(1).evaluate(CelFrame.EMPTY);
            Object high = operands.get(2).evaluate(CelFrame.EMPTY);
            if (!(low instanceof NullValue) && !(high instanceof NullValue)) {
                LimitFunctions.requireOrder(low, high);
            }
        } catch (DataException e) {
            throw new InvalidExpressionException(String.valueOf(e.getMessage()));
        } catch (CelFault e) {
            throw new InvalidExpressionException("clamp(): a bound cannot be evaluated: " + e.code());
        }
    }

    /** Whether the value is the same for every record: constants, and functions of them that read no table. */
    private boolean isConstant(CelExpr expr) {
        if (expr.getKind() != Kind.CALL) {
            return expr.getKind() == Kind.CONSTANT;
        }
        CelCall call = expr.call();
        return !call.args().isEmpty()
                && lookups.tableOfLookup(call.function()) == null
                && lookups.tableOfSearch(call.function()) == null
                && call.target().stream().allMatch(this::isConstant)
                && call.args().stream().allMatch(this::isConstant);
    }

    private CelNode compileFunction(CelExpr expr, List<CelExpr> arguments, List<CelNode> operands) {
        String function = expr.call().function();
        LookupTable read = lookups.tableOfLookup(function);
        if (read != null) {
            return frame -> readRow(read, operands.get(0).evaluate(frame));
        }
        LookupTable searched = lookups.tableOfSearch(function);
        if (searched != null) {
            return frame -> findRow(searched, operands.get(0).evaluate(frame)) != null;
        }
        List<String> overloads = DecimalFunctions.sortOverloads(
                function,
                conversions.findOverload(expr, arguments).map(List::of).orElseGet(() -> overloadsOf(expr)));
        return RegexFunctions.compile(function, arguments, operands)
                .orElseGet(() -> calls.compileCall(overloads, operands, nullsOf(function)));
    }

    /** An operand as CEL has it, or converted from what Connect has. */
    private CelNode compileOperand(CelExpr operand, @Nullable ValueConversion conversion) {
        if (conversion == null) {
            return compileNode(operand);
        }
        if (operand.getKind() == Kind.CONSTANT) {
            return compileConverted(operand.constant(), conversion);
        }
        Optional<Integer> variable = findVariable(operand);
        if (variable.isPresent()) {
            int index = variable.get();
            return frame -> convert(
                    conversion, frame.scope().schema(index), frame.scope().value(index));
        }
        return findMember(operand)
                .map(name -> compileMember(compileNode(containerOf(operand)), name, conversion))
                .orElseGet(() -> {
                    CelNode node = compileNode(operand);
                    return frame -> convert(conversion, null, node.evaluate(frame));
                });
    }

    private static Object convert(ValueConversion conversion, @Nullable Schema schema, @Nullable Object value) {
        return value == null || value instanceof NullValue ? NullValue.NULL_VALUE : conversion.of(schema, value);
    }

    /** A constant is converted once. */
    private static CelNode compileConverted(CelConstant constant, ValueConversion conversion) {
        try {
            Object value = convert(conversion, null, constantOf(constant));
            return frame -> value;
        } catch (DataException e) {
            throw new InvalidExpressionException(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Integer> findVariable(CelExpr operand) {
        return operand.getKind() == Kind.IDENT
                        && !locals.containsKey(operand.ident().name())
                ? Optional.ofNullable(indexes.get(operand.ident().name()))
                : Optional.empty();
    }

    /** The name of the member that the operand selects by a constant. */
    private static Optional<String> findMember(CelExpr operand) {
        if (operand.getKind() == Kind.SELECT && !operand.select().testOnly()) {
            return Optional.of(operand.select().field());
        }
        return operand.getKind() == Kind.CALL && operand.call().function().equals("_[_]")
                ? ExpressionPaths.stringConstant(operand.call().args().get(1))
                : Optional.empty();
    }

    private static CelExpr containerOf(CelExpr member) {
        return member.getKind() == Kind.SELECT
                ? member.select().operand()
                : member.call().args().get(0);
    }

    private static CelNode compileMember(CelNode container, String name, ValueConversion conversion) {
        return frame -> {
            Object operand = container.evaluate(frame);
            return operand instanceof CelValues.Container structure && structure.containsKey(name)
                    ? convert(conversion, structure.schemaOf(name), structure.valueOf(name))
                    : convert(conversion, null, selectField(operand, name));
        };
    }

    /** A row that is not there reads as a row of nulls. */
    private static Object readRow(LookupTable table, Object key) {
        byte[] row = findRow(table, key);
        return row == null ? CelValues.ABSENT : new LookupRow(table, row);
    }

    private static byte @Nullable [] findRow(LookupTable table, Object key) {
        Object plain = CelValues.fromCel(key, true);
        return plain == null ? null : table.find(plain);
    }

    private List<String> overloadsOf(CelExpr expr) {
        return ast.getReference(expr.id()).map(CelReference::overloadIds).orElseThrow();
    }

    private static CelCalls.Nulls nullsOf(String function) {
        return switch (function) {
            case "_==_", "_!=_", "coalesce" -> CelCalls.Nulls.VALUES;
            case "@in" -> CelCalls.Nulls.FIRST;
            case LimitFunctions.NULL_IF -> CelCalls.Nulls.FIRST_OPERAND;
            default -> CelCalls.Nulls.UNKNOWN;
        };
    }

    /** The side that decides wins in either order, also over a fault of the other; a fault wins over NULL. */
    private static CelNode compileLogical(boolean deciding, CelNode left, CelNode right) {
        return frame -> {
            Object first;
            RuntimeException fault = null;
            try {
                first = left.evaluate(frame);
            } catch (RuntimeException e) {
                fault = e;
                first = NullValue.NULL_VALUE;
            }
            if (isTruth(first) == deciding && first instanceof Boolean) {
                return first;
            }
            Object second = right.evaluate(frame);
            if (isTruth(second) == deciding && second instanceof Boolean) {
                return second;
            }
            if (fault != null) {
                throw fault;
            }
            return first instanceof NullValue ? first : second;
        };
    }

    /** Whether the value is true; NULL is not. */
    private static boolean isTruth(Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof NullValue) {
            return false;
        }
        throw new CelFault(CelErrorCode.OVERLOAD_NOT_FOUND);
    }

    /** With {@code otherwise} for a condition that is NULL, or NULL. */
    private static CelNode compileTernary(CelNode condition, CelNode yes, CelNode no, boolean otherwise) {
        return frame -> {
            Object decided = condition.evaluate(frame);
            if (decided instanceof NullValue && !otherwise) {
                return decided;
            }
            return (isTruth(decided) ? yes : no).evaluate(frame);
        };
    }

    private static CelNode compileNotStrictlyFalse(CelNode operand) {
        return frame -> {
            try {
                return !Boolean.FALSE.equals(operand.evaluate(frame));
            } catch (RuntimeException e) {
                return true;
            }
        };
    }

    private static CelType typeOf(Object value) {
        if (value instanceof NullValue) {
            return SimpleType.NULL_TYPE;
        } else if (value instanceof Boolean) {
            return SimpleType.BOOL;
        } else if (value instanceof Long) {
            return SimpleType.INT;
        } else if (value instanceof Double) {
            return SimpleType.DOUBLE;
        } else if (value instanceof String) {
            return SimpleType.STRING;
        } else if (value instanceof CelByteString) {
            return SimpleType.BYTES;
        } else if (value instanceof Instant) {
            return SimpleType.TIMESTAMP;
        } else if (value instanceof Duration) {
            return SimpleType.DURATION;
        } else if (value instanceof List) {
            return ListType.create(SimpleType.DYN);
        } else if (value instanceof Map) {
            return MapType.create(SimpleType.DYN, SimpleType.DYN);
        }
        if (value instanceof CelDecimal) {
            return CelDecimal.TYPE;
        }
        return value instanceof TypeType ? TypeType.create(SimpleType.DYN) : SimpleType.UINT;
    }

    private CelNode compileList(CelExpr expr) {
        if (!expr.list().optionalIndices().isEmpty()) {
            throw new InvalidExpressionException("optional elements are not supported");
        }
        CelNode[] elements =
                expr.list().elements().stream().map(this::compileNode).toArray(CelNode[]::new);
        return frame -> {
            List<Object> list = new ArrayList<>(elements.length);
            for (CelNode element : elements) {
                list.add(element.evaluate(frame));
            }
            return list;
        };
    }

    private record Entry(CelNode key, CelNode value) {}

    private CelNode compileMap(CelExpr expr) {
        List<Entry> entries = expr.map().entries().stream()
                .map(entry -> new Entry(compileNode(entry.key()), compileNode(entry.value())))
                .toList();
        return frame -> {
            Map<Object, Object> map = new LinkedHashMap<>();
            for (Entry entry : entries) {
                Object key = entry.key().evaluate(frame);
                if (key instanceof NullValue) {
                    throw new CelFault(CelErrorCode.INVALID_ARGUMENT);
                }
                if (map.put(key, entry.value().evaluate(frame)) != null) {
                    throw new CelFault(CelErrorCode.DUPLICATE_ATTRIBUTE);
                }
            }
            return map;
        };
    }

    private CelNode compileLoop(CelComprehension loop) {
        CelNode range = compileNode(loop.iterRange());
        CelNode start = compileNode(loop.accuInit());
        Integer outerResult = locals.get(loop.accuVar());
        int result = declareLocal(loop.accuVar());
        Integer outerElement = locals.get(loop.iterVar());
        int element = declareLocal(loop.iterVar());
        CelNode list = compileListStep(loop);
        CelNode condition = compileNode(loop.loopCondition());
        CelNode step = list != null ? list : compileStep(loop);
        restoreLocal(loop.iterVar(), outerElement);
        CelNode answer = compileNode(loop.result());
        restoreLocal(loop.accuVar(), outerResult);
        return frame -> {
            Object elements = range.evaluate(frame);
            if (elements instanceof NullValue) {
                return elements;
            }
            frame.setLocal(result, start.evaluate(frame));
            for (Object each : iterable(elements)) {
                frame.setLocal(element, each);
                if (Boolean.FALSE.equals(condition.evaluate(frame))) {
                    break;
                }
                frame.setLocal(result, stepResult(step, frame));
            }
            return answer.evaluate(frame);
        };
    }

    private static Object stepResult(CelNode step, CelFrame frame) {
        try {
            return step.evaluate(frame);
        } catch (RuntimeException e) {
            return new Failure(e);
        }
    }

    private static Iterable<?> iterable(Object elements) {
        if (elements instanceof Collection<?> list) {
            return list;
        }
        if (elements instanceof Map<?, ?> map) {
            return map.keySet();
        }
        throw new CelFault(CelErrorCode.INVALID_ARGUMENT);
    }

    private int declareLocal(String name) {
        locals.put(name, slots);
        return slots++;
    }

    private void restoreLocal(String name, @Nullable Integer outer) {
        if (outer == null) {
            locals.remove(name);
        } else {
            locals.put(name, outer);
        }
    }

    /** A macro's own condition ({@code filter}) leaves the result as it is for elements that it does not hold for. */
    private CelNode compileStep(CelComprehension loop) {
        CelExpr step = loop.loopStep();
        return conditionOf(step, loop.accuVar())
                .map(condition -> compileTernary(
                        compileNode(condition),
                        compileNode(step.call().args().get(1)),
                        compileNode(step.call().args().get(2)),
                        true))
                .orElseGet(() -> compileNode(step));
    }

    private static Optional<CelExpr> conditionOf(CelExpr step, String result) {
        return step.getKind() == Kind.CALL
                        && step.call().function().equals("_?_:_")
                        && isName(step.call().args().get(2), result)
                ? Optional.of(step.call().args().get(0))
                : Optional.empty();
    }

    private static boolean isName(CelExpr expr, String name) {
        return expr.getKind() == Kind.IDENT && expr.ident().name().equals(name);
    }

    /** The step of {@code map} and {@code filter}: CEL's adds by copying the list, which takes quadratic time. */
    private @Nullable CelNode compileListStep(CelComprehension loop) {
        Optional<CelExpr> condition = conditionOf(loop.loopStep(), loop.accuVar());
        CelExpr addition = condition.isPresent() ? loop.loopStep().call().args().get(1) : loop.loopStep();
        boolean adds = loop.accuInit().getKind() == Kind.LIST
                && loop.accuInit().list().elements().isEmpty()
                && addition.getKind() == Kind.CALL
                && addition.call().function().equals("_+_")
                && isName(addition.call().args().get(0), loop.accuVar())
                && addition.call().args().get(1).getKind() == Kind.LIST
                && addition.call().args().get(1).list().elements().size() == 1;
        if (!adds) {
            return null;
        }
        CelNode list = compileName(addition.call().args().get(0));
        CelNode element =
                compileNode(addition.call().args().get(1).list().elements().get(0));
        CelNode appended = frame -> {
            @SuppressWarnings("unchecked") // The start of the loop makes it.
            List<Object> result = (List<Object>) list.evaluate(frame);
            result.add(element.evaluate(frame));
            return result;
        };
        return condition
                .map(expr -> compileTernary(compileNode(expr), appended, list, true))
                .orElse(appended);
    }
}
