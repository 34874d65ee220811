package io.millrace.tools.create;

import java.util.Optional;
import java.util.Set;

/**
 * A column of a table in PostgreSQL.
 *
 * @param typeName the name of the type in the catalog, such as {@code int4}
 * @param isEnum whether the type is an enumeration
 * @param length the most characters of a text; 0 if the type has no limit, or is no text
 * @param precision the digits of a decimal; 0 if it has any number of digits, or is no decimal
 * @param scale the decimal places of a decimal, or the digits of a time behind the second; 0 for other types
 */
record PostgresColumn(
        String name,
        String typeName,
        boolean isEnum,
        String columnType,
        boolean nullable,
        long length,
        int precision,
        int scale)
        implements CapturedColumn {
    private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar");
    private static final Set<String> NUMBERS = Set.of("int2", "int4", "int8", "float4", "float8", "bool");
    private static final Set<String> OTHERS = Set.of("date", "time", "timestamp", "timestamptz", "uuid");

    /** The most bytes of a value of an enumeration. */
    private static final long MAX_LABEL = 63;
    /** What a text without a limit can have. */
    private static final long UNLIMITED = 1L << 30;
    /** The most digits, and the most decimal places, of a decimal in MySQL. */
    private static final int MAX_PRECISION = 65;

    private static final int MAX_SCALE = 30;
    /** The most characters of a VARCHAR in MySQL, if a row has little else. */
    private static final int MAX_VARCHAR = 10_000;

    private static final String EXACT = " CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin";

    @Override
    public long length() {
        if (isEnum) {
            return MAX_LABEL;
        }
        return length == 0 && (isText() || isBytes()) ? UNLIMITED : length;
    }

    @Override
    public boolean isSupported() {
        return isText()
                || isBytes()
                || isJson()
                || isDecimal()
                || NUMBERS.contains(typeName)
                || OTHERS.contains(typeName);
    }

    @Override
    public boolean isText() {
        return isEnum || TEXTS.contains(typeName);
    }

    @Override
    public boolean isBytes() {
        return typeName.equals("bytea");
    }

    @Override
    public boolean isJson() {
        return typeName.equals("json") || typeName.equals("jsonb");
    }

    /** Texts have no limit either, but are seldom large. */
    @Override
    public boolean isLarge() {
        return isBytes();
    }

    @Override
    public boolean isInteger() {
        return typeName.matches("int[248]");
    }

    @Override
    public boolean isUnsignedBigint() {
        return false;
    }

    /** Without a precision, each value has a scale of its own. */
    @Override
    public boolean isDecimal() {
        return typeName.equals("numeric")
                && precision > 0
                && precision <= MAX_PRECISION
                && scale >= 0
                && scale <= MAX_SCALE;
    }

    @Override
    public Optional<String> declaredType() {
        String type =
                switch (typeName) {
                    case "int2", "int4" -> "int32";
                    case "int8" -> "int64";
                    case "numeric" -> "decimal(" + scale + ")";
                    case "float8" -> "float64";
                    case "bool" -> "boolean";
                    case "date" -> "date";
                    case "uuid" -> "string";
                    case "timestamp", "timestamptz" -> scale <= MILLISECONDS ? "timestamp" : "";
                    default -> isText() ? "string" : isBytes() ? "bytes" : "";
                };
        return type.isEmpty() ? Optional.empty() : Optional.of(nullable ? type + "?" : type);
    }

    @Override
    public String typeInMySql(boolean isKey) {
        if (isText()) {
            // An ENUM of the view would refuse a value that is added to the source's.
            return length() > MAX_VARCHAR ? "longtext" : "varchar(" + length() + ")" + (isKey ? EXACT : "");
        }
        return switch (typeName) {
            case "int2" -> "smallint";
            case "int4" -> "int";
            case "int8" -> "bigint";
            case "numeric" -> "decimal(" + precision + "," + scale + ")";
            case "float4" -> "float";
            case "float8" -> "double";
            case "bool" -> "boolean";
            case "date" -> "date";
            case "time" -> "time(" + scale + ")";
            // A TIMESTAMP ends in 2038.
            case "timestamp", "timestamptz" -> "datetime(" + scale + ")";
            case "uuid" -> "char(36)" + EXACT;
            case "json", "jsonb" -> "json";
            default -> "longblob";
        };
    }

    @Override
    public String typeInPostgres(boolean isKey) {
        return isEnum ? "text" : columnType;
    }
}
