package io.millrace.expressions;

import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What the variables of an expression stand for in one record. A variable is addressed by its index in the list that the
 * {@link ExpressionCompiler} was made with.
 */
public interface Scope {
    /** The variable's value as Connect represents it: a {@code Struct}, a {@code Map}, a primitive, or null. */
    @Nullable
    Object value(int variable);

    /** The schema of the variable's value, or null where the record has none. */
    @Nullable
    Schema schema(int variable);

    /** Whether what is made of the record has a schema: then a declared structure becomes a Struct, otherwise a Map. */
    boolean structured();
}
