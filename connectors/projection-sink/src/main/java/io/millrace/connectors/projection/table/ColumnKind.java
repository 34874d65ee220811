package io.millrace.connectors.projection.table;

import java.util.Locale;

/** What a column holds, as far as it decides how a value is made to fit it. */
public enum ColumnKind {
    /** Whole numbers, also {@code YEAR}, {@code BIT} and the boolean {@code TINYINT(1)}. */
    INTEGER,
    /** Exact numbers with a scale. */
    DECIMAL,
    /** {@code FLOAT} and {@code DOUBLE}. */
    FLOATING,
    /** Character strings, also {@code ENUM} and {@code SET}. */
    TEXT,
    /** {@code CHAR}, which drops trailing spaces. */
    PADDED_TEXT,
    /** Byte strings of any length up to a limit. */
    BINARY,
    /** {@code BINARY}, which is filled up with zero bytes. */
    PADDED_BINARY,
    /** A JSON document. */
    JSON,
    /** A day. */
    DATE,
    /** A time of day, or a signed duration of up to 838 hours. */
    TIME,
    /** {@code DATETIME} and {@code TIMESTAMP}: a moment, in UTC. */
    DATETIME,
    /** What no projection can write, such as a geometry. */
    UNSUPPORTED;

    /** The kind of MySQL's {@code information_schema.columns.data_type}. */
    public static ColumnKind ofMySql(String dataType) {
        return switch (dataType.toLowerCase(Locale.ROOT)) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "year", "bit" -> INTEGER;
            case "decimal" -> DECIMAL;
            case "float", "double" -> FLOATING;
            case "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set" -> TEXT;
            case "char" -> PADDED_TEXT;
            case "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> BINARY;
            case "binary" -> PADDED_BINARY;
            case "json" -> JSON;
            case "date" -> DATE;
            case "time" -> TIME;
            case "datetime", "timestamp" -> DATETIME;
            default -> UNSUPPORTED;
        };
    }
}
