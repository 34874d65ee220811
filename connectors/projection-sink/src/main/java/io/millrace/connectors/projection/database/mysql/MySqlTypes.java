package io.millrace.connectors.projection.database.mysql;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.jspecify.annotations.Nullable;

/** MySQL's types for Connect's schemas. */
final class MySqlTypes {
    private static final int MAX_KEY_BYTES = 3072;
    /** The characters of four bytes that an index has room for. */
    private static final int MAX_KEY_CHARACTERS = MAX_KEY_BYTES / 4;

    /** A type whose columns an index takes by a prefix alone. */
    private static final Pattern UNBOUNDED =
            Pattern.compile("((?:tiny|medium|long)?(?:text|blob))\\b.*", Pattern.CASE_INSENSITIVE);

    private static final Pattern BOUNDED = Pattern.compile(
            "(?:var)?(char|binary)\\((\\d+)\\)(?:.*(?:CHARACTER SET|COLLATE) ([a-z0-9]+).*)?",
            Pattern.CASE_INSENSITIVE);

    private static final int KEY_LENGTH = 255;
    private static final int MAX_SCALE = 30;

    private MySqlTypes() {}

    /**
     * Why InnoDB cannot index columns of these types. Numbers and moments are not counted: they are small, and a bound that
     * counts them may refuse an index that is possible.
     */
    static Optional<String> findIndexObstacle(List<String> types) {
        long bytes = 0;
        for (String type : types) {
            Matcher unbounded = UNBOUNDED.matcher(type);
            if (unbounded.matches()) {
                return Optional.of("MySQL can index only the beginning of a "
                        + unbounded.group(1).toUpperCase(Locale.ROOT));
            }
            Matcher bounded = BOUNDED.matcher(type);
            if (bounded.matches()) {
                int width = bounded.group(1).equalsIgnoreCase("binary") ? 1 : bytesOfCharacter(bounded.group(3));
                bytes += Long.parseLong(bounded.group(2)) * width;
            }
        }
        return bytes <= MAX_KEY_BYTES
                ? Optional.empty()
                : Optional.of(
                        "its columns may have " + bytes + " bytes, and MySQL's index has room for " + MAX_KEY_BYTES);
    }

    /** Of this character set; without one, of the tables that the sink makes. */
    private static int bytesOfCharacter(@Nullable String characters) {
        return switch (characters == null ? "utf8mb4" : characters.toLowerCase(Locale.ROOT)) {
            case "utf8mb4", "utf16", "utf16le", "utf32", "gb18030" -> 4;
            case "utf8", "utf8mb3", "ujis", "eucjpms" -> 3;
            case "ucs2", "big5", "gbk", "gb2312", "sjis", "cp932", "euckr" -> 2;
            default -> 1;
        };
    }

    /** The type, with room for every value; of a text in a key, for as many characters as its index has room for. */
    static Optional<String> of(Schema schema, int keyColumns) {
        boolean key = keyColumns > 0;
        int length = key ? Math.min(KEY_LENGTH, MAX_KEY_CHARACTERS / keyColumns) : 0;
        if (schema.name() != null) {
            switch (schema.name()) {
                case Decimal.LOGICAL_NAME -> {
                    int scale = Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD));
                    return scale < 0 || scale > MAX_SCALE
                            ? Optional.empty()
                            : Optional.of("DECIMAL(65, " + scale + ")");
                }
                case Date.LOGICAL_NAME -> {
                    return Optional.of("DATE");
                }
                case Time.LOGICAL_NAME -> {
                    return Optional.of("TIME(3)");
                }
                case Timestamp.LOGICAL_NAME -> {
                    return Optional.of("DATETIME(6)");
                }
                default -> {
                    // The type alone decides.
                }
            }
        }
        return Optional.ofNullable(
                switch (schema.type()) {
                    case INT8, INT16 -> "SMALLINT";
                    case INT32 -> "INT";
                    case INT64 -> "BIGINT";
                    case FLOAT32 -> "FLOAT";
                    case FLOAT64 -> "DOUBLE";
                    case BOOLEAN -> "BOOLEAN";
                    case STRING -> key ? "VARCHAR(" + length + ") COLLATE utf8mb4_0900_bin" : "LONGTEXT";
                    case BYTES -> key ? "VARBINARY(" + length + ")" : "LONGBLOB";
                    case ARRAY, MAP, STRUCT -> key ? null : "JSON";
                });
    }
}
