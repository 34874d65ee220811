package io.millrace.expressions;

/**
 * A name that an expression may use.
 *
 * @param name as written in the expression
 * @param kind what it stands for
 */
public record Variable(String name, Kind kind) {
    /** What a variable stands for, as far as it is known before the first record. */
    public enum Kind {
        /** Anything that Connect represents: a row, a record's key or value. Its fields are known with the record. */
        DATA,
        /** A string, never null. */
        TEXT,
        /** A 64-bit integer, never null. */
        INTEGER,
        /** A map from names to strings. */
        TEXTS,
        /**
         * A map from the columns of a row to whether the change gave them another value: what {@code changed('column')} asks,
         * which is there in expressions with a variable of this kind.
         */
        CHANGES
    }
}
