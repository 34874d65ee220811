package io.millrace.expressions;

/**
 * A part of a checked expression, evaluated on CEL's values. NULL, and whatever is unknown because of a NULL, is
 * {@link dev.cel.common.values.NullValue}. Safe for use by many threads.
 */
interface CelNode {
    /**
     * The part's value.
     *
     * @throws CelFault if it has none
     */
    Object evaluate(CelFrame frame);
}
