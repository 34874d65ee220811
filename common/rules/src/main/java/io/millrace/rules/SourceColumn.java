package io.millrace.rules;

import io.millrace.expressions.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Timestamp;

/**
 * A column of the source's table, as far as the values in Debezium's records are known before the first one.
 *
 * @param type the type of the values
 * @param texts the only texts that the column can have, in their order; empty if it is not an ENUM
 * @param zoned whether it is a TIMESTAMP, whose values are texts with a time zone
 */
record SourceColumn(ColumnType type, List<String> texts, boolean zoned) {
    SourceColumn {
        texts = List.copyOf(texts);
    }

    /**
     * A column as the server describes it.
     *
     * @param dataType the name of the type
     * @param columnType the type as it was declared, with an ENUM's texts
     */
    static SourceColumn of(String dataType, String columnType) {
        String type = dataType.toLowerCase(Locale.ROOT);
        return new SourceColumn(
                typeOf(type, columnType),
                type.equals("enum") ? parseTexts(columnType) : List.of(),
                type.equals("timestamp"));
    }

    /** The type of the column's values in Debezium's records; unknown if it depends on the connector's settings. */
    private static ColumnType typeOf(String type, String columnType) {
        return switch (type) {
            case "char", "varchar", "tinytext", "text", "enum", "set" -> ColumnType.TEXT;
            // A value that can be this large may be stored elsewhere before a rule reads it, and is then a structure.
            case "mediumtext", "longtext", "json" -> ColumnType.UNKNOWN;
            case "smallint", "mediumint", "int", "year" -> ColumnType.INTEGER;
            case "bigint" ->
                columnType.toLowerCase(Locale.ROOT).contains("unsigned") ? ColumnType.UNKNOWN : ColumnType.INTEGER;
            case "double" -> ColumnType.REAL;
            case "decimal", "numeric" -> ColumnType.DECIMAL;
            default -> ColumnType.UNKNOWN;
        };
    }

    /** The texts of {@code enum('A','It''s')}. */
    private static List<String> parseTexts(String columnType) {
        List<String> texts = new ArrayList<>();
        int at = columnType.indexOf('\'');
        while (at >= 0) {
            StringBuilder text = new StringBuilder();
            int i = at + 1;
            while (i < columnType.length()) {
                if (columnType.charAt(i) != '\'') {
                    text.append(columnType.charAt(i++));
                } else if (i + 1 < columnType.length() && columnType.charAt(i + 1) == '\'') {
                    text.append('\'');
                    i += 2;
                } else {
                    break;
                }
            }
            texts.add(text.toString());
            at = columnType.indexOf('\'', i + 1);
        }
        return texts;
    }

    /**
     * Why no value of the column fits a declared type; empty if one may.
     *
     * @param declared the type of the field
     */
    Optional<String> findMisfit(Schema declared) {
        boolean fits =
                switch (type) {
                    case TEXT ->
                        isPlain(declared, Schema.Type.STRING)
                                || isLogical(declared, Date.LOGICAL_NAME)
                                || isLogical(declared, Timestamp.LOGICAL_NAME);
                    case INTEGER -> isNumber(declared) || declared.name() != null;
                    case REAL -> isPlain(declared, Schema.Type.FLOAT64) || isLogical(declared, Decimal.LOGICAL_NAME);
                    case DECIMAL ->
                        isPlain(declared, Schema.Type.FLOAT64)
                                || isPlain(declared, Schema.Type.STRING)
                                || isLogical(declared, Decimal.LOGICAL_NAME);
                    case BOOLEAN -> isPlain(declared, Schema.Type.BOOLEAN);
                    case UNKNOWN -> true;
                };
        return fits
                ? Optional.empty()
                : Optional.of("the column has " + describeType() + ", which is not converted to "
                        + (declared.name() == null || declared.type() == Schema.Type.STRUCT
                                ? declared.type()
                                : declared.name().substring(declared.name().lastIndexOf('.') + 1)));
    }

    /** Whether a value of the column can be a whole number. */
    boolean canBeWhole() {
        return !zoned && (type == ColumnType.INTEGER || type == ColumnType.DECIMAL || type == ColumnType.UNKNOWN);
    }

    private static boolean isNumber(Schema declared) {
        return isPlain(declared, Schema.Type.INT32)
                || isPlain(declared, Schema.Type.INT64)
                || isPlain(declared, Schema.Type.FLOAT64);
    }

    private static boolean isPlain(Schema declared, Schema.Type type) {
        return declared.type() == type && declared.name() == null;
    }

    private static boolean isLogical(Schema declared, String name) {
        return name.equals(declared.name());
    }

    /** The values of the column in a sentence. */
    String describeType() {
        return switch (type) {
            case TEXT -> "texts";
            case INTEGER -> "whole numbers";
            case REAL -> "floating-point numbers";
            case DECIMAL -> "decimals";
            case BOOLEAN -> "booleans";
            case UNKNOWN -> zoned ? "timestamps, which are texts in the records" : "values of a type that is not known";
        };
    }
}
