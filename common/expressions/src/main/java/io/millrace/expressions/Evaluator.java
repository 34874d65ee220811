package io.millrace.expressions;

/**
 * Part of an expression, evaluated on Connect's own values without copies of them. Knows the everyday cases alone; whatever
 * else it meets it leaves {@link #UNDECIDED}, and CEL's interpreter says what the expression means for that record. So
 * there is one place where errors are made, and one where rare types are compared. Safe for use by many threads.
 */
interface Evaluator {
    /** Instead of a value: an error, or something that only the interpreter knows. */
    Object UNDECIDED = new Object();

    /** A value as Connect represents it, which may be null, or {@link #UNDECIDED}. */
    Object evaluate(Scope scope);
}
