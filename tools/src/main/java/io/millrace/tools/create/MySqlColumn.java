package io.millrace.tools.create;

import java.util.Optional;
import java.util.Set;

/**
 * A column of a table of the source, as the server describes it.
 *
 * @param dataType the name of the type, in small letters
 * @param columnType the type as it was declared, such as {@code int unsigned}
 * @param length the characters of a text or the bytes of a byte string; 0 for other types
 * @param scale the decimal places of a decimal, or the digits of a time behind the second; 0 for other types
 * @param characters the character set and the collation of a text, as in a declaration; empty for other types
 */
record CapturedColumn(
        String name, String dataType, String columnType, boolean nullable, long length, int scale, String characters) {
    private static final Set<String> TEXTS =
            Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set");
    private static final Set<String> BYTES =
            Set.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");
    /** Values of these types can have 16 MiB and more, and a record of Kafka 1 MiB, unless that is changed. */
    private static final Set<String> LARGE = Set.of("mediumtext", "longtext", "mediumblob", "longblob");

    private static final Set<String> NUMBERS =
            Set.of("tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "bit", "year");
    private static final Set<String> TIMES = Set.of("date", "datetime", "timestamp", "time");

    private static final int MILLISECONDS = 3;

    /** Whether an event and a view can have the column. */
    boolean isSupported() {
        return isText() || isBytes() || isNumber() || TIMES.contains(dataType) || isJson();
    }

    boolean isText() {
        return TEXTS.contains(dataType);
    }

    boolean isBytes() {
        return BYTES.contains(dataType);
    }

    boolean isJson() {
        return dataType.equals("json");
    }

    private boolean isNumber() {
        return NUMBERS.contains(dataType);
    }

    /** Whether a value can be larger than a record of Kafka. */
    boolean isLarge() {
        return LARGE.contains(dataType);
    }

    boolean isUnsigned() {
        return columnType.contains("unsigned");
    }

    /** Whether the values are numbers that the source sends as decimals with {@code bigint.unsigned.handling.mode=precise}. */
    boolean isUnsignedBigint() {
        return dataType.equals("bigint") && isUnsigned();
    }

    /** Whether the values are whole numbers of up to 64 bits. */
    boolean isInteger() {
        return dataType.endsWith("int");
    }

    boolean isSingleBit() {
        return columnType.equals("bit(1)");
    }

    /**
     * The type of an event's field, in the language of the rules, that has every value of the column unchanged; empty if only
     * the column's own type has: times with microseconds, single-precision numbers, durations, bits, documents.
     */
    Optional<String> declaredType() {
        String type =
                switch (dataType) {
                    case "tinyint", "smallint", "mediumint", "year" -> "int32";
                    case "int" -> isUnsigned() ? "int64" : "int32";
                    case "bigint" -> isUnsigned() ? "decimal(0)" : "int64";
                    case "decimal" -> "decimal(" + scale + ")";
                    case "double" -> "float64";
                    case "bit" -> isSingleBit() ? "boolean" : "";
                    case "date" -> "date";
                    case "datetime", "timestamp" -> scale <= MILLISECONDS ? "timestamp" : "";
                    default -> isText() ? "string" : isBytes() ? "bytes" : "";
                };
        return type.isEmpty() ? Optional.empty() : Optional.of(nullable ? type + "?" : type);
    }
}
