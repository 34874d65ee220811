package io.millrace.expressions;

import org.jspecify.annotations.Nullable;

/**
 * Evaluates a part of an expression on Connect's own values, without copies. It decides the everyday cases only; the result of
 * any other is {@link #UNDECIDED}, and the interpreter ({@link CelProgram}) evaluates the expression for that record. So the interpreter alone
 * makes errors and compares rare types. Safe for use by many threads.
 */
interface Evaluator {
    /** The value of an error, or of a case that only the interpreter decides. */
    Object UNDECIDED = new Object();

    /** A value as Connect represents it, which may be null, or {@link #UNDECIDED}. */
    @Nullable
    Object evaluate(Scope scope);
}
