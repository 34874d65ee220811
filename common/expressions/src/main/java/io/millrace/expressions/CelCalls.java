package io.millrace.expressions;

import dev.cel.common.CelErrorCode;
import dev.cel.common.CelOptions;
import dev.cel.common.exceptions.CelRuntimeException;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.RuntimeEquality;
import dev.cel.runtime.RuntimeHelpers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.DataException;

/** Calls of CEL's standard functions, in CEL's own implementations, and of the functions in addition to them. */
final class CelCalls {
    /** How a function answers a NULL among its operands. */
    enum Nulls {
        /** The result is unknown: NULL. */
        UNKNOWN,
        /** A NULL is a value like others. */
        VALUES,
        /** The first operand may be NULL; a NULL in the place of the last one makes the result unknown. */
        FIRST,
        /** The result is the first operand. */
        FIRST_OPERAND;

        /** Whether the function is called with a NULL in this place. */
        private boolean takesNull(int operand) {
            return this == VALUES || (this == FIRST && operand == 0);
        }
    }

    private final Map<String, CelFunctionBinding> bindings = new HashMap<>();

    /** The functions with these options. */
    CelCalls(CelOptions options) {
        RuntimeEquality equality = RuntimeEquality.create(RuntimeHelpers.create(), options);
        CelStandardFunctions.ALL_STANDARD_FUNCTIONS.forEach(
                function -> function.newFunctionBindings(options, equality).forEach(this::addBinding));
        Functions.BINDINGS.forEach(this::addBinding);
        TextFunctions.BINDINGS.forEach(this::addBinding);
        DecimalFunctions.BINDINGS.forEach(this::addBinding);
        TimeFunctions.BINDINGS.forEach(this::addBinding);
        UuidFunctions.BINDINGS.forEach(this::addBinding);
        LimitFunctions.BINDINGS.forEach(this::addBinding);
    }

    private void addBinding(CelFunctionBinding binding) {
        bindings.put(binding.getOverloadId(), binding);
    }

    /** The call of one of these overloads, which the checker chose. */
    CelNode compileCall(List<String> overloads, List<CelNode> operands, Nulls nulls) {
        List<CelFunctionBinding> candidates = new ArrayList<>();
        for (String overload : overloads) {
            CelFunctionBinding binding = bindings.get(overload);
            if (binding == null) {
                throw new InvalidExpressionException("the function " + overload + " is not supported");
            }
            candidates.add(binding);
        }
        CelFunctionBinding[] chosen = candidates.toArray(CelFunctionBinding[]::new);
        CelNode[] nodes = operands.toArray(CelNode[]::new);
        return frame -> {
            Object[] values = new Object[nodes.length];
            boolean unknown = false;
            for (int i = 0; i < nodes.length; i++) {
                values[i] = nodes[i].evaluate(frame);
                unknown |= values[i] instanceof NullValue && !nulls.takesNull(i);
            }
            if (unknown) {
                return nulls == Nulls.FIRST_OPERAND ? values[0] : NullValue.NULL_VALUE;
            }
            return invokeFirst(chosen, values);
        };
    }

    private static Object invokeFirst(CelFunctionBinding[] candidates, Object[] values) {
        for (CelFunctionBinding candidate : candidates) {
            if (CelFunctionOverload.canHandle(values, candidate.getArgTypes(), candidate.isStrict())) {
                return invokeOne(candidate, values);
            }
        }
        throw new CelFault(CelErrorCode.OVERLOAD_NOT_FOUND);
    }

    private static Object invokeOne(CelFunctionBinding binding, Object[] values) {
        try {
            return binding.getDefinition().apply(values);
        } catch (CelEvaluationException e) {
            throw new CelFault(e.getErrorCode());
        } catch (CelRuntimeException e) {
            throw new CelFault(e.getErrorCode());
        } catch (DataException e) {
            throw e;
        } catch (RuntimeException e) {
            // A function of CEL's that is not prepared for this value.
            throw new CelFault(CelErrorCode.INTERNAL_ERROR);
        }
    }
}
