package io.millrace.expressions;

import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The values of an expression's variables in one record. A variable is addressed by its index in the list that the
 * {@link ExpressionCompiler} was made with.
 */
public interface Scope {
    /** The variable's value as Connect represents it: a {@code Struct}, a {@code Map}, a primitive, or null. */
    @Nullable
    Object value(int variable);

    /** The schema of the variable's value, or null if the record has none. */
    @Nullable
    Schema schema(int variable);

    /** Whether what is made of the record has a schema: then a declared structure becomes a Struct, otherwise a Map. */
    boolean structured();

    /** Whether the variable may be null in a record although its schema does not permit it, such as the row before a creation. */
    default boolean mayBeAbsent(int variable) {
        return false;
    }

    /**
     * Whether what is made of the record keeps the nanoseconds of moments. If not, it has Connect's timestamps, which have
     * milliseconds, and a moment with more digits is refused.
     */
    default boolean keepsNanoseconds() {
        return false;
    }
}
