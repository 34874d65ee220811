package io.millrace.connectors.projection.table;

/** The kind of a column's values, as far as it determines how a value is converted. */
public enum ColumnKind {
    /** Whole numbers, also {@code YEAR}, {@code BIT} and the boolean {@code TINYINT(1)}. */
    INTEGER,
    /** True or false, if a database has a type for it. */
    BOOLEAN,
    /** Exact numbers with a scale. */
    DECIMAL,
    /** {@code FLOAT} and {@code DOUBLE}. */
    FLOATING,
    /** Character strings, also {@code ENUM} and {@code SET}. */
    TEXT,
    /** A type that the database reads from text, with several texts for one value, such as an interval or a {@code SET}. */
    PARSED,
    /** {@code CHAR}, which drops trailing spaces. */
    PADDED_TEXT,
    /** Byte strings of any length up to a limit. */
    BINARY,
    /** {@code BINARY}, which is filled up with zero bytes. */
    PADDED_BINARY,
    /** A JSON document. */
    JSON,
    /** A UUID, if a database has a type for it. */
    UUID,
    /** An array of values of one kind. */
    ARRAY,
    /** A day. */
    DATE,
    /** A time of day, or a signed duration of up to 838 hours. */
    TIME,
    /** {@code DATETIME} and {@code TIMESTAMP}, with or without a time zone: a moment, in UTC. */
    DATETIME,
    /** A type that no projection can write, such as a geometry. */
    UNSUPPORTED;

    /** Whether its values have one order, in Java and in every database. */
    public boolean isOrdered() {
        return switch (this) {
            case INTEGER, BOOLEAN, DECIMAL, FLOATING, DATE, DATETIME -> true;
            default -> false;
        };
    }
}
