package io.millrace.expressions;

/** What is known of a column's values before the first record, for the checking of expressions. */
public enum ColumnType {
    /** Strings. */
    TEXT,
    /** Integers that fit 64 bits. */
    INTEGER,
    /** Floating-point numbers. */
    REAL,
    /** True or false. */
    BOOLEAN,
    /** Anything; expressions over it are not checked. */
    UNKNOWN
}
