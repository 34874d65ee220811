package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** A table with values of all kinds, NULL in each of them, and pictures that are stored if they are large. */
final class Things extends ShopTable {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final DateTimeFormatter SQL_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");
    private static final int NULL_OF = 4;
    private static final int MOST_ROWS = 100;
    private static final int LARGEST_PICTURE = 20_000;
    private static final List<String> WORDS = List.of(
            "",
            " ",
            "plain",
            "it's",
            "back\\slash",
            "äß€𝄞",
            "/* no */ -- comment",
            "a\nb\tc",
            "{\"not\": \"json\"}",
            "%20 +");

    private static final Map<String, Function<Random, Cell>> COLUMNS = new LinkedHashMap<>();

    static {
        COLUMNS.put("tiny", random -> Cell.of(random.nextInt(256) - 128));
        COLUMNS.put("huge", random -> number(new BigDecimal(new BigInteger(64, random))));
        COLUMNS.put("amount", random -> number(BigDecimal.valueOf(random.nextLong() >> random.nextInt(30), 4)));
        COLUMNS.put("ratio", random -> number(new BigDecimal((random.nextInt(200_000) - 100_000) / 8.0)));
        COLUMNS.put("made", Things::dateTime);
        COLUMNS.put(EventBody.MOMENT, Things::moment);
        COLUMNS.put("lasted", Things::duration);
        COLUMNS.put("born", Things::date);
        COLUMNS.put("vintage", random -> Cell.of(1901 + random.nextInt(255)));
        COLUMNS.put("kind", random -> Cell.of(List.of("a", "b", "c d").get(random.nextInt(3))));
        COLUMNS.put(
                "tags", random -> Cell.of(List.of("", "x", "y", "x,z", "x,y,z").get(random.nextInt(5))));
        COLUMNS.put("flags", Things::flags);
        COLUMNS.put("raw", random -> bytes(randomBytes(random, 40)));
        COLUMNS.put("words", random -> Cell.of(WORDS.get(random.nextInt(WORDS.size()))));
        COLUMNS.put(EventBody.DOCUMENT, Things::document);
        COLUMNS.put("label", random -> Cell.of(random.nextBoolean() ? "unnamed" : "named"));
        COLUMNS.put(EventTopics.PICTURE, random -> picture(randomBytes(random, LARGEST_PICTURE)));
    }

    private long lastId;

    Things() {
        super("things", "id");
    }

    @Override
    String definition() {
        return "CREATE TABLE " + fullName() + " (id BIGINT PRIMARY KEY, tiny TINYINT DEFAULT 7,"
                + " huge BIGINT UNSIGNED DEFAULT 18446744073709551615, amount DECIMAL(20, 4) DEFAULT 1.5,"
                + " ratio DOUBLE DEFAULT 0.5, made DATETIME(6) DEFAULT '2001-02-03 04:05:06.000007',"
                + " seen TIMESTAMP(3) NULL DEFAULT '2001-02-03 04:05:06.007', lasted TIME(6) DEFAULT '01:00:00',"
                + " born DATE DEFAULT '2001-02-03', vintage YEAR DEFAULT 2001, kind ENUM('a', 'b', 'c d') DEFAULT 'a',"
                + " tags SET('x', 'y', 'z') DEFAULT 'x', flags BIT(9) DEFAULT b'1', raw VARBINARY(40) DEFAULT 'raw',"
                + " words TEXT, doc JSON, label VARCHAR(20) DEFAULT 'unnamed', picture LONGBLOB,"
                + " version BIGINT NOT NULL)";
    }

    private static List<String> fields() {
        List<String> fields = new ArrayList<>(List.of("id"));
        fields.addAll(COLUMNS.keySet());
        return fields;
    }

    @Override
    String defaults() {
        return "key: id; fields: " + String.join(", ", fields()) + "; topic: things; revision: row.version";
    }

    @Override
    List<String> rules() {
        return List.of(
                "ThingMade; on: create",
                "ThingPictured; on: update; when: changed('picture')",
                "ThingChanged; on: update",
                "ThingGone; on: delete",
                "ThingSeen; on: read");
    }

    @Override
    int weight() {
        return 4;
    }

    @Override
    void changeRandomly(ShopTransaction transaction) throws SQLException {
        Random random = transaction.random();
        if (rows().isEmpty() || (rows().size() < MOST_ROWS && random.nextInt(4) == 0)) {
            Map<String, Cell> cells = new LinkedHashMap<>();
            cells.put("id", Cell.of(++lastId));
            COLUMNS.forEach((column, made) -> cells.put(column, randomCell(made, random)));
            insertRows(transaction, List.of(new Row(transaction.nextRevision(), cells)));
        } else if (random.nextInt(10) == 0) {
            deleteRows(transaction, pickRows(random, 2));
        } else {
            Map<String, Cell> changed = new LinkedHashMap<>();
            COLUMNS.forEach((column, made) -> {
                if (random.nextInt(5) == 0) {
                    changed.put(column, randomCell(made, random));
                }
            });
            updateRows(transaction, pickRows(random, 2), changed);
        }
    }

    private static Cell randomCell(Function<Random, Cell> made, Random random) {
        return random.nextInt(NULL_OF) == 0 ? Cell.NULL : made.apply(random);
    }

    private static Cell number(BigDecimal number) {
        return new Cell(number.toPlainString(), JSON.numberNode(number));
    }

    private static LocalDateTime randomTime(Random random) {
        return LocalDateTime.ofEpochSecond(random.nextInt(1_900_000_000) + 1, 0, ZoneOffset.UTC)
                .plus(random.nextInt(1_000_000), ChronoUnit.MICROS);
    }

    /** Microseconds as if the column were in UTC. */
    private static Cell dateTime(Random random) {
        LocalDateTime time = randomTime(random);
        return new Cell(
                "'" + SQL_TIME.format(time) + "'",
                JSON.numberNode(ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant(ZoneOffset.UTC))));
    }

    private static Cell moment(Random random) {
        LocalDateTime time = randomTime(random).truncatedTo(ChronoUnit.MILLIS);
        return new Cell(
                "'" + SQL_TIME.format(time) + "'",
                JSON.textNode(time.toInstant(ZoneOffset.UTC).toString()));
    }

    /** Microseconds, with MySQL's 838 hours in both directions. */
    private static Cell duration(Random random) {
        long micros = random.nextInt(3_000_000) * 1_000_000L + random.nextInt(1_000_000);
        boolean negative = random.nextBoolean();
        long seconds = micros / 1_000_000;
        return new Cell(
                String.format(
                        "'%s%02d:%02d:%02d.%06d'",
                        negative ? "-" : "", seconds / 3_600, seconds / 60 % 60, seconds % 60, micros % 1_000_000),
                JSON.numberNode(negative ? -micros : micros));
    }

    private static Cell date(Random random) {
        LocalDate date = LocalDate.ofEpochDay(random.nextInt(60_000) - 20_000);
        return new Cell("'" + date + "'", JSON.numberNode(date.toEpochDay()));
    }

    private static Cell flags(Random random) {
        int bits = random.nextInt(512);
        byte[] leastFirst = {(byte) bits, (byte) (bits >> 8)};
        return new Cell(
                "b'" + Integer.toBinaryString(bits) + "'",
                JSON.textNode(Base64.getEncoder().encodeToString(leastFirst)));
    }

    private static byte[] randomBytes(Random random, int longest) {
        byte[] bytes = new byte[random.nextInt(random.nextInt(longest) + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Cell bytes(byte[] bytes) {
        return new Cell(
                "x'" + HexFormat.of().formatHex(bytes) + "'",
                JSON.textNode(Base64.getEncoder().encodeToString(bytes)));
    }

    private static Cell picture(byte[] bytes) {
        return new Cell("x'" + HexFormat.of().formatHex(bytes) + "'", JSON.textNode(EventTopics.describe(bytes)));
    }

    private static Cell document(Random random) {
        ObjectNode document =
                JSON.objectNode().put("n", random.nextInt()).put("text", WORDS.get(random.nextInt(WORDS.size())));
        document.putArray("list")
                .add(random.nextBoolean())
                .add(JSON.nullNode())
                .addObject()
                .put("deep", "é");
        String text = ((JsonNode) document).toString();
        return new Cell(Cell.quote(text), JSON.textNode(text));
    }

    @Override
    Optional<ShopEvent> created(Row after, Map<String, String> context) {
        return Optional.of(event("ThingMade", after, fields(), context));
    }

    @Override
    Optional<ShopEvent> updated(Row before, Row after, Map<String, String> context) {
        boolean pictured = !before.cell(EventTopics.PICTURE).equals(after.cell(EventTopics.PICTURE));
        return Optional.of(event(pictured ? "ThingPictured" : "ThingChanged", after, fields(), context));
    }

    @Override
    Optional<ShopEvent> deleted(Row before, Map<String, String> context) {
        return Optional.of(event("ThingGone", before, fields(), context));
    }

    @Override
    Optional<ShopEvent> read(Row found) {
        return Optional.of(event("ThingSeen", found, fields(), Map.of()));
    }
}
