package io.millrace.expressions;

import org.apache.kafka.connect.errors.DataException;

/** A checked CEL expression, ready to be interpreted on a record. Safe for use by many threads. */
final class CelProgram {
    private final String source;
    private final CelNode root;
    private final int slots;

    CelProgram(String source, CelNode root, int slots) {
        this.source = source;
        this.root = root;
        this.slots = slots;
    }

    /**
     * The value, as CEL represents it.
     *
     * @throws DataException if the expression has no value on this record; the message never has one
     */
    Object evaluateIn(Scope scope) {
        try {
            return root.evaluate(new CelFrame(scope, slots));
        } catch (DataException e) {
            throw new DataException("The expression \"" + source + "\": " + e.getMessage());
        } catch (CelFault e) {
            throw new DataException("The expression \"" + source + "\" cannot be evaluated: " + e.code());
        }
    }
}
