package io.millrace.connectors.projection;

import io.millrace.changes.TemporalText;
import io.millrace.connectors.projection.Sample.Document;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The result of each type of source values in each type of columns: the table from which the document and the tests of both
 * databases are generated, and the definition of each of its words.
 */
final class ConversionTable {
    private static final String TABLE = """
        source                      | integer | decimal | float  | boolean | year   | text   | binary | json     | date   | datetime | time   | interval | enum, set | uuid
        int8                        | number  | number  | number | truth   | number | text   | -      | number   | -      | -        | -      | -        | listed    | -
        int16                       | number  | number  | number | truth   | number | text   | -      | number   | -      | -        | -      | -        | listed    | -
        int32                       | number  | number  | number | truth   | number | text   | -      | number   | -      | -        | -      | -        | listed    | -
        int64                       | number  | number  | number | truth   | number | text   | -      | number   | -      | -        | -      | -        | listed    | -
        float32                     | number  | number  | number | truth   | number | text   | -      | number   | -      | -        | -      | -        | listed    | -
        float64                     | number  | number  | number | truth   | number | text   | -      | number   | -      | -        | -      | -        | listed    | -
        not a finite number         | -       | -       | -      | -       | -      | text   | -      | -        | -      | -        | -      | -        | -         | -
        boolean                     | number  | number  | number | truth   | number | text   | -      | truth    | -      | -        | -      | -        | -         | -
        string                      | parsed  | parsed  | parsed | parsed  | parsed | text   | utf8   | document | parsed | parsed   | parsed | parsed   | listed    | parsed
        bytes                       | -       | -       | -      | -       | -      | -      | bytes  | utf8     | -      | -        | -      | -        | -         | 16 bytes
        array                       | -       | -       | -      | -       | -      | json   | json   | json     | -      | -        | -      | -        | -         | -
        map                         | -       | -       | -      | -       | -      | json   | json   | json     | -      | -        | -      | -        | -         | -
        struct                      | -       | -       | -      | -       | -      | json   | json   | json     | -      | -        | -      | -        | -         | -
        Decimal                     | number  | number  | number | truth   | number | text   | -      | number   | -      | -        | -      | -        | listed    | -
        Connect Date                | -       | -       | -      | -       | -      | text   | -      | quoted   | day    | day      | -      | -        | -         | -
        Connect Time                | -       | -       | -      | -       | -      | text   | -      | quoted   | -      | -        | time   | time     | -         | -
        Connect Timestamp           | -       | -       | -      | -       | -      | text   | -      | quoted   | day    | moment   | -      | -        | -         | -
        VariableScaleDecimal        | number  | number  | number | truth   | number | text   | -      | number   | -      | -        | -      | -        | listed    | -
        Date                        | sent    | -       | -      | -       | -      | text   | -      | quoted   | day    | day      | -      | -        | -         | -
        Time                        | sent    | -       | -      | -       | -      | text   | -      | quoted   | -      | -        | time   | time     | -         | -
        MicroTime                   | sent    | -       | -      | -       | -      | text   | -      | quoted   | -      | -        | time   | time     | -         | -
        NanoTime                    | sent    | -       | -      | -       | -      | text   | -      | quoted   | -      | -        | time   | time     | -         | -
        Timestamp                   | sent    | -       | -      | -       | -      | text   | -      | quoted   | day    | moment   | -      | -        | -         | -
        MicroTimestamp              | sent    | -       | -      | -       | -      | text   | -      | quoted   | day    | moment   | -      | -        | -         | -
        NanoTimestamp               | sent    | -       | -      | -       | -      | text   | -      | quoted   | day    | moment   | -      | -        | -         | -
        ZonedTimestamp              | -       | -       | -      | -       | -      | text   | utf8   | -        | parsed | parsed   | -      | -        | -         | -
        ZonedTime                   | -       | -       | -      | -       | -      | text   | utf8   | -        | -      | -        | parsed | -        | -         | -
        IsoDate                     | -       | -       | -      | -       | -      | text   | utf8   | -        | parsed | parsed   | -      | -        | -         | -
        IsoTime                     | -       | -       | -      | -       | -      | text   | utf8   | -        | -      | -        | parsed | -        | -         | -
        IsoTimestamp                | -       | -       | -      | -       | -      | text   | utf8   | -        | parsed | parsed   | -      | -        | -         | -
        MicroDuration               | sent    | -       | -      | -       | -      | text   | -      | quoted   | -      | -        | time   | time     | -         | -
        NanoDuration                | sent    | -       | -      | -       | -      | text   | -      | quoted   | -      | -        | time   | time     | -         | -
        Interval                    | -       | -       | -      | -       | -      | text   | utf8   | -        | -      | -        | -      | parsed   | -         | -
        Year                        | number  | number  | number | truth   | number | text   | -      | number   | -      | -        | -      | -        | listed    | -
        Bits                        | number  | number  | -      | -       | -      | -      | sent   | number   | -      | -        | -      | -        | -         | -
        Enum                        | -       | -       | -      | -       | -      | text   | utf8   | -        | -      | -        | -      | -        | listed    | -
        EnumSet                     | -       | -       | -      | -       | -      | text   | utf8   | -        | -      | -        | -      | -        | listed    | -
        Json                        | -       | -       | -      | -       | -      | text   | utf8   | document | -      | -        | -      | -        | -         | -
        Xml                         | -       | -       | -      | -       | -      | text   | utf8   | -        | -      | -        | -      | -        | -         | -
        Uuid                        | -       | -       | -      | -       | -      | text   | utf8   | -        | -      | -        | -      | -        | -         | parsed
        Point, Geometry             | -       | -       | -      | -       | -      | json   | json   | json     | -      | -        | -      | -        | -         | -
        DoubleVector                | -       | -       | -      | -       | -      | json   | json   | json     | -      | -        | -      | -        | -         | -
        a number of an unknown type | number  | number  | number | truth   | number | -      | -      | -        | -      | -        | -      | -        | -         | -
        JSON number                 | number  | number  | number | truth   | number | text   | -      | number   | -      | -        | -      | -        | listed    | -
        JSON text                   | parsed  | parsed  | parsed | parsed  | parsed | text   | utf8   | document | parsed | parsed   | parsed | parsed   | listed    | parsed
        """;

    /** The words of the table. */
    private static final String WORDS = """
        number   | the number, if the column can hold all of its digits; `true` is 1. A floating-point column can hold a number that it represents exactly, or that is the shortest decimal of what it represents (0.1). A year is 0 or from 1901 to 2155
        truth    | `true` for 1, `false` for 0; other numbers are refused
        text     | the text; a whole number or decimal without an exponent, of at most 400 digits; a floating-point number as Java writes it (`1.0E300`); a timestamp in ISO 8601 with `Z`; a time as `13:50:30.456789`
        utf8     | the text in UTF-8
        bytes    | the bytes
        16 bytes | the UUID of 16 bytes
        json     | the structure as JSON: decimals as numbers, bytes in Base64, Connect's dates and times in ISO 8601, Debezium's as the numbers in the record
        document | the text, which must be JSON
        quoted   | the text in quotes
        day      | the day, if the timestamp is midnight in UTC; in a column of timestamps its beginning
        moment   | the timestamp in UTC, if the column has enough fractional digits
        time     | the time or duration, if the column has enough fractional digits and hours
        sent     | the number or bytes of the record
        parsed   | the parsed text, in the form of the column's type; ISO 8601 for dates and times
        listed   | the text, if the column lists it; a number only if the column lists its digits
        -        | the record is refused
        """;

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ISO_LOCAL_DATE_TIME;

    private ConversionTable() {}

    /** The word for each column, for each source type, in the table's order. */
    static Map<String, Map<String, String>> rows() {
        List<List<String>> lines = cells(TABLE);
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        for (List<String> line : lines.subList(1, lines.size())) {
            Map<String, String> row = new LinkedHashMap<>();
            for (int i = 1; i < line.size(); i++) {
                row.put(lines.get(0).get(i), line.get(i));
            }
            rows.put(line.get(0), row);
        }
        return rows;
    }

    private static List<List<String>> cells(String table) {
        return table.lines()
                .map(line ->
                        Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
                .toList();
    }

    /** The page. */
    static String page() {
        List<String> lines = new ArrayList<>();
        lines.add("# Conversions");
        lines.add("");
        lines.add("How a value of a record is stored in a column of a view, in MySQL and in PostgreSQL. A value is"
                + " stored exactly,");
        lines.add("or the record is refused. The page is generated from the table that the tests of both databases"
                + " use.");
        lines.add("");
        lines.add("The type of a value is that of its schema: Connect's types, and the semantic types of Connect and of"
                + " Debezium");
        lines.add("(`io.debezium.time.*`, `io.debezium.data.*`). *JSON number* and *JSON text* have no schema. Declared"
                + " types");
        lines.add("(`at: timestamp = value.at`) read the same semantic types first.");
        lines.add("");
        appendTable(lines, cells(TABLE));
        lines.add("");
        lines.add("| word | what the column gets |");
        lines.add("| --- | --- |");
        cells(WORDS).forEach(word -> lines.add("| " + word.get(0) + " | " + word.get(1) + " |"));
        lines.add("");
        lines.add("An array fills an array column of PostgreSQL element by element, by the same table. PostgreSQL's"
                + " `infinity` of");
        lines.add(
                "timestamps, which Debezium sends as a number, is refused. Spatial columns cannot be part of a view.");
        lines.add("");
        lines.add("**Warning:** MySQL's `JSON` keeps integers of 64 bits and doubles, and its parser may read the last"
                + " of the");
        lines.add("16 or 17 digits of a double differently. A number that is not a double is refused. If such digits"
                + " matter, use");
        lines.add("a column of texts.");
        return String.join("\n", lines) + "\n";
    }

    private static void appendTable(List<String> lines, List<List<String>> cells) {
        lines.add("| " + String.join(" | ", cells.get(0)) + " |");
        lines.add("|" + " --- |".repeat(cells.get(0).size()));
        cells.subList(1, cells.size()).forEach(row -> lines.add("| " + String.join(" | ", row) + " |"));
    }

    /** What the column is expected to have, in the form of {@link #normalize}; empty if the record is refused. */
    static Optional<String> expected(String word, Sample sample, TargetType target) {
        Object meaning = sample.meaning();
        if (word.equals("sent")) {
            return sample.value() instanceof byte[] bytes
                    ? fitting(HexFormat.of().formatHex(bytes), bytes.length, target.size())
                    : number(BigDecimal.valueOf(((Number) sample.value()).longValue()), target);
        }
        if (meaning == null) {
            return Optional.empty();
        }
        return switch (word) {
            case "-" -> Optional.empty();
            case "number" -> numberOf(meaning).flatMap(number -> number(number, target));
            case "truth" -> truth(meaning, target);
            case "text" -> text(written(sample), target);
            case "utf8" -> utf8(meaning, target);
            case "bytes" ->
                fitting(HexFormat.of().formatHex((byte[]) meaning), ((byte[]) meaning).length, target.size());
            case "16 bytes" -> ((byte[]) meaning).length == 16 ? Optional.of(uuid((byte[]) meaning)) : Optional.empty();
            case "json" -> json(((Document) meaning).text(), target);
            case "document" -> document((String) meaning, target);
            case "quoted" -> text(meaning, target).map(text -> '"' + text + '"');
            case "day" -> day(meaning, target);
            case "moment" -> moment((LocalDateTime) meaning, target);
            case "time" -> time((Duration) meaning, target);
            case "parsed" -> parsed((String) meaning, target);
            case "listed" -> listed(written(sample), target);
            default -> throw new IllegalArgumentException(word);
        };
    }

    /** A floating-point number is written as Java writes it. */
    private static Object written(Sample sample) {
        return sample.value() instanceof Double || sample.value() instanceof Float
                ? sample.value().toString()
                : sample.meaning();
    }

    private static Optional<String> fitting(String text, int length, int room) {
        return room > 0 && length > room ? Optional.empty() : Optional.of(text);
    }

    private static Optional<BigDecimal> numberOf(Object meaning) {
        if (meaning instanceof Boolean truth) {
            return Optional.of(truth ? BigDecimal.ONE : BigDecimal.ZERO);
        }
        return Optional.of((BigDecimal) meaning);
    }

    private static boolean isShort(BigDecimal number) {
        return Math.abs((long) number.scale()) <= 400 && number.precision() <= 400;
    }

    private static Optional<String> number(BigDecimal number, TargetType target) {
        if (!isShort(number)) {
            return Optional.empty();
        }
        BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        boolean fits =
                switch (target.column()) {
                    case "integer" ->
                        plain.scale() <= 0
                                && plain.toBigIntegerExact().compareTo(target.min()) >= 0
                                && plain.toBigIntegerExact().compareTo(target.max()) <= 0;
                    case "year" ->
                        plain.scale() <= 0
                                && (plain.signum() == 0
                                        || (plain.compareTo(BigDecimal.valueOf(1901)) >= 0
                                                && plain.compareTo(BigDecimal.valueOf(2155)) <= 0));
                    case "decimal" ->
                        target.precision() == 0
                                || (plain.scale() <= target.scale()
                                        && plain.precision() - plain.scale() <= target.precision() - target.scale());
                    case "float" -> isFloating(plain, target.scale());
                    case "json" -> !target.ddl().equals("JSON") || isJsonNumber(plain);
                    default -> throw new IllegalArgumentException(target.column());
                };
        return fits ? Optional.of(plain.toPlainString()) : Optional.empty();
    }

    /** MySQL's. */
    private static boolean isJsonNumber(BigDecimal number) {
        boolean isInteger = number.scale() <= 0
                && number.precision() - number.scale() <= 20
                && number.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) >= 0
                && number.compareTo(new BigDecimal("18446744073709551615")) <= 0;
        return isInteger || isFloating(number, Double.BYTES);
    }

    private static boolean isFloating(BigDecimal number, int bytes) {
        if (bytes == Float.BYTES) {
            float nearest = number.floatValue();
            return !Float.isInfinite(nearest)
                    && (new BigDecimal(nearest).compareTo(number) == 0
                            || new BigDecimal(Float.toString(nearest)).compareTo(number) == 0);
        }
        double nearest = number.doubleValue();
        return !Double.isInfinite(nearest)
                && (new BigDecimal(nearest).compareTo(number) == 0
                        || new BigDecimal(Double.toString(nearest)).compareTo(number) == 0);
    }

    private static Optional<String> truth(Object meaning, TargetType target) {
        if (target.column().equals("json")) {
            return Optional.of(meaning.toString());
        }
        BigDecimal number = numberOf(meaning).orElseThrow();
        return !isShort(number) || (number.signum() != 0 && number.compareTo(BigDecimal.ONE) != 0)
                ? Optional.empty()
                : Optional.of(String.valueOf(number.signum() != 0));
    }

    private static Optional<String> text(Object meaning, TargetType target) {
        String text;
        if (meaning instanceof BigDecimal number) {
            if (!isShort(number)) {
                return Optional.empty();
            }
            text = number.toPlainString();
        } else if (meaning instanceof LocalDateTime moment) {
            text = MOMENT.format(moment) + "Z";
        } else if (meaning instanceof Duration time) {
            text = clock(time);
        } else {
            text = meaning.toString();
        }
        return isUnicode(text) ? fitting(text, text.codePointCount(0, text.length()), target.size()) : Optional.empty();
    }

    private static boolean isUnicode(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static String clock(Duration time) {
        Duration size = time.abs();
        String fraction = "%09d".formatted(size.toNanosPart());
        return "%s%02d:%02d:%02d.%s"
                .formatted(
                        time.isNegative() ? "-" : "",
                        size.toHours(),
                        size.toMinutesPart(),
                        size.toSecondsPart(),
                        fraction.endsWith("000") ? fraction.substring(0, 6) : fraction);
    }

    private static Optional<String> utf8(Object meaning, TargetType target) {
        if (target.column().equals("json")) {
            String text = new String((byte[]) meaning, StandardCharsets.UTF_8);
            return isDocument(text) ? Optional.of(text) : Optional.empty();
        }
        String text = (String) meaning;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return isUnicode(text)
                ? fitting(HexFormat.of().formatHex(bytes), bytes.length, target.size())
                : Optional.empty();
    }

    private static Optional<String> json(String document, TargetType target) {
        if (target.column().equals("binary")) {
            return Optional.of(HexFormat.of().formatHex(document.getBytes(StandardCharsets.UTF_8)))
                    .flatMap(hex -> fitting(hex, hex.length() / 2, target.size()));
        }
        return fitting(document, document.length(), target.column().equals("text") ? target.size() : 0);
    }

    /** PostgreSQL's {@code json} keeps the text of a number that no other type has room for. */
    private static Optional<String> document(String text, TargetType target) {
        boolean fits =
                switch (text) {
                    case "1e350" -> !target.ddl().equals("JSON");
                    case "1e999999999" -> target.ddl().equals("json");
                    default -> isDocument(text);
                };
        return fits ? Optional.of(text) : Optional.empty();
    }

    /** Of the samples. */
    private static boolean isDocument(String text) {
        return text.startsWith("{")
                || text.startsWith("\"")
                || text.equals("true")
                || text.matches("-?[1-9][0-9]*(\\.5)?");
    }

    private static Optional<String> day(Object meaning, TargetType target) {
        LocalDateTime moment = meaning instanceof LocalDate day ? day.atStartOfDay() : (LocalDateTime) meaning;
        if (target.column().equals("datetime")) {
            return moment(moment, target);
        }
        return moment.toLocalTime().toNanoOfDay() == 0 && isDatabaseYear(moment, target)
                ? Optional.of(moment.toLocalDate().toString().replace("+", ""))
                : Optional.empty();
    }

    /** MySQL has years of four digits, and its timestamps those of 31 bits. */
    private static boolean isDatabaseYear(LocalDateTime moment, TargetType target) {
        boolean isMySql = target.ddl().equals(target.ddl().toUpperCase(Locale.ROOT));
        if (target.ddl().startsWith("TIMESTAMP")) {
            return moment.isAfter(LocalDate.EPOCH.atStartOfDay()) && moment.getYear() < 2038;
        }
        return !isMySql || moment.getYear() < 10_000;
    }

    private static Optional<String> moment(LocalDateTime moment, TargetType target) {
        return keeps(moment.get(ChronoField.NANO_OF_SECOND), target.size()) && isDatabaseYear(moment, target)
                ? Optional.of(MOMENT.format(moment).replace("+", ""))
                : Optional.empty();
    }

    private static boolean keeps(int nanos, int digits) {
        return nanos % (int) Math.pow(10, 9 - digits) == 0;
    }

    private static Optional<String> time(Duration time, TargetType target) {
        boolean inRange = target.column().equals("interval")
                || (target.ddl().startsWith("TIME")
                        ? time.abs().compareTo(Duration.ofHours(839)) < 0
                        : !time.isNegative() && time.compareTo(Duration.ofDays(1)) <= 0);
        return inRange && keeps(time.toNanosPart(), target.size()) ? Optional.of(seconds(time)) : Optional.empty();
    }

    private static String seconds(Duration time) {
        return new BigDecimal(time.getSeconds())
                .add(BigDecimal.valueOf(time.getNano(), 9))
                .add(BigDecimal.ZERO)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static String uuid(byte[] bytes) {
        String hex = HexFormat.of().formatHex(bytes);
        return String.join(
                "-",
                hex.substring(0, 8),
                hex.substring(8, 12),
                hex.substring(12, 16),
                hex.substring(16, 20),
                hex.substring(20));
    }

    private static Optional<String> parsed(String text, TargetType target) {
        try {
            return switch (target.column()) {
                case "integer", "decimal", "float", "year" -> number(new BigDecimal(text), target);
                case "boolean" -> text.equals("true") || text.equals("false") ? Optional.of(text) : Optional.empty();
                case "date" -> day(TemporalText.parseMoment(text), target);
                case "datetime" -> moment(TemporalText.parseMoment(text), target);
                case "time" -> time(TemporalText.parseTime(text), target);
                case "interval" -> interval(text, target);
                case "uuid" -> text.length() == 36 && text.charAt(8) == '-' ? Optional.of(text) : Optional.empty();
                default -> throw new IllegalArgumentException(target.column());
            };
        } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Of the samples. */
    private static Optional<String> interval(String text, TargetType target) {
        if (text.startsWith("PT")) {
            return time(Duration.parse(text), target);
        }
        if (text.matches("\\d\\d:\\d\\d:\\d\\d")) {
            return time(TemporalText.parseTime(text), target);
        }
        return Optional.empty();
    }

    private static Optional<String> listed(Object meaning, TargetType target) {
        return text(meaning, TargetType.sized(target.ddl(), "text", "", 0)).filter(text -> {
            if (target.ddl().startsWith("SET")) {
                return text.isEmpty() || text.equals("a") || text.equals("b") || text.equals("a,b");
            }
            return text.equals("a") || text.equals("it's") || text.equals("7");
        });
    }

    /** One form for the texts of equal values. */
    static String normalize(TargetType target, String read) {
        if (read == null) {
            return null;
        }
        return switch (target.column()) {
            case "integer", "year", "decimal", "interval" -> plain(new BigDecimal(read));
            case "float" ->
                target.scale() == Float.BYTES
                        ? "float " + Float.parseFloat(read)
                        : "double " + Double.parseDouble(read);
            case "json" ->
                read.matches("-?[0-9.]+([eE][+-]?[0-9]+)?") ? jsonNumber(target, new BigDecimal(read)) : read;
            case "boolean" -> read.equals("t") || read.equals("true") ? "true" : "false";
            case "datetime" ->
                MOMENT.format(TemporalText.parseMoment(read.indexOf('-') > 4 ? "+" + read : read))
                        .replace("+", "");
            case "time" -> read.contains(":") ? seconds(parseClock(read)) : plain(new BigDecimal(read));
            default -> read;
        };
    }

    /** MySQL's parser of JSON is exact for 15 digits of a double. */
    private static String jsonNumber(TargetType target, BigDecimal number) {
        boolean isDouble = number.stripTrailingZeros().scale() > 0 || number.precision() - number.scale() > 20;
        return plain(target.ddl().equals("JSON") && isDouble ? number.round(new MathContext(15)) : number);
    }

    private static String plain(BigDecimal number) {
        if (Math.abs((long) number.scale()) > 1_000) {
            return number.toString();
        }
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private static Duration parseClock(String text) {
        String[] parts = text.replace("-", "").split(":", -1);
        Duration time = Duration.ofHours(Long.parseLong(parts[0]))
                .plusMinutes(Long.parseLong(parts[1]))
                .plusNanos(new BigDecimal(parts[2]).movePointRight(9).longValueExact());
        return text.startsWith("-") ? time.negated() : time;
    }
}
