package io.millrace.expressions;

import org.apache.kafka.connect.errors.DataException;

/** A CEL expression that says yes or no to a record. Safe for use by many threads. */
public interface Condition {
    /**
     * Whether the record is meant.
     *
     * @throws DataException where the expression cannot be evaluated on this record; the message names the place in the
     *     expression and never a value
     */
    boolean test(Scope scope);
}
