package io.millrace.tools.create;

import java.util.Optional;
import java.util.Set;

/**
 * A column of a table in MySQL.
 *
 * @param dataType the name of the type, in small letters
 * @param length the characters of a text or the bytes of a byte string; 0 for other types
 * @param scale the decimal places of a decimal, or the digits of a time behind the second; 0 for other types
 * @param characters the character set and the collation of a text, as in a declaration; empty for other types
 */
record MySqlColumn(
        String name, String dataType, String columnType, boolean nullable, long length, int scale, String characters)
        implements CapturedColumn {
    private static final String EXACT = "CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin";
    private static final Set<String> TEXTS =
            Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set");
    private static final Set<String> BYTES =
            Set.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");
    /** Values of these types can have 16 MiB and more, and a record of Kafka 1 MiB, unless that is changed. */
    private static final Set<String> LARGE = Set.of("mediumtext", "longtext", "mediumblob", "longblob");

    private static final Set<String> NUMBERS =
            Set.of("tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "bit", "year");
    private static final Set<String> TIMES = Set.of("date", "datetime", "timestamp", "time");

    @Override
    public boolean isSupported() {
        return isText() || isBytes() || isNumber() || TIMES.contains(dataType) || isJson();
    }

    @Override
    public boolean isText() {
        return TEXTS.contains(dataType);
    }

    @Override
    public boolean isBytes() {
        return BYTES.contains(dataType);
    }

    @Override
    public boolean isJson() {
        return dataType.equals("json");
    }

    private boolean isNumber() {
        return NUMBERS.contains(dataType);
    }

    @Override
    public boolean isLarge() {
        return LARGE.contains(dataType);
    }

    boolean isUnsigned() {
        return columnType.contains("unsigned");
    }

    @Override
    public boolean isUnsignedBigint() {
        return dataType.equals("bigint") && isUnsigned();
    }

    @Override
    public boolean isInteger() {
        return dataType.endsWith("int");
    }

    boolean isSingleBit() {
        return columnType.equals("bit(1)");
    }

    @Override
    public Optional<String> declaredType() {
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

    @Override
    public boolean isDecimal() {
        return dataType.equals("decimal");
    }

    @Override
    public String typeInMySql(boolean isKey) {
        if (isText() && isKey) {
            return "varchar(" + length + ") " + EXACT;
        }
        return switch (dataType) {
            // An ENUM of the view would refuse a value that is added to the source's.
            case "enum" -> "varchar(255) " + characters;
            case "set" -> "text " + characters;
            case "char" -> "varchar(" + length + ") " + characters;
            default -> (columnType + " " + characters).strip();
        };
    }

    @Override
    public String typeInPostgres(boolean isKey) {
        return switch (dataType) {
            case "tinyint" -> "smallint";
            case "smallint", "mediumint", "year" ->
                dataType.equals("smallint") && !isUnsigned() ? "smallint" : "integer";
            case "int" -> isUnsigned() ? "bigint" : "integer";
            case "bigint" -> isUnsigned() ? "numeric(20)" : "bigint";
            case "decimal" -> "numeric" + columnType.replaceAll(".*(\\([0-9,]+\\)).*", "$1");
            case "float" -> "real";
            case "double" -> "double precision";
            case "bit" -> isSingleBit() ? "boolean" : "numeric(20)";
            case "date" -> "date";
            case "datetime" -> "timestamp(" + scale + ")";
            case "timestamp" -> "timestamptz(" + scale + ")";
            // A TIME can be negative and have more than 24 hours.
            case "time" -> (isKey ? "time(" : "interval(") + scale + ")";
            case "json" -> "jsonb";
            case "char", "varchar" -> "varchar(" + length + ")";
            default -> isBytes() ? "bytea" : "text";
        };
    }
}
