package io.millrace.expressions;

/** The type of a column's values before the first record, for the type check of expressions. */
public enum ColumnType {
    /** Strings. */
    TEXT,
    /** Integers that fit 64 bits. */
    INTEGER,
    /** Floating-point numbers. */
    REAL,
    /** Exact numbers: decimals, floating-point numbers or their texts, by the connector's settings. */
    DECIMAL,
    /** True or false. */
    BOOLEAN,
    /** Anything; expressions over it are not checked. */
    UNKNOWN
}
