package io.millrace.expressions;

/**
 * A name that an expression may use.
 *
 * @param name as written in the expression
 * @param kind what it stands for
 */
public record Variable(String name, Kind kind) {
    /** The kind of value of a variable, before the first record. */
    public enum Kind {
        /** Anything that Connect represents: a row, a record's key or value. The record determines its fields. */
        DATA,
        /** A string, never null. */
        TEXT,
        /** A 64-bit integer, never null. */
        INTEGER,
        /** A map from names to strings. */
        TEXTS,
        /**
         * A map from the columns of a row to whether the change gave them another value: the variable of
         * {@code changed('column')}, which only expressions with a variable of this kind can use.
         */
        CHANGES
    }
}
