package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Random values of types that all kinds of servers have, with the literals that all of them understand. */
final class RandomCells {
    static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final DateTimeFormatter SQL_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");
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

    private RandomCells() {}

    static Cell number(BigDecimal number) {
        return new Cell(number.toPlainString(), JSON.numberNode(number));
    }

    /** A number with four decimals. */
    static Cell amount(Random random) {
        return number(BigDecimal.valueOf(random.nextLong() >> random.nextInt(30), 4));
    }

    /** A number that a floating-point type has exactly. */
    static Cell ratio(Random random) {
        return number(new BigDecimal((random.nextInt(200_000) - 100_000) / 8.0));
    }

    private static LocalDateTime randomTime(Random random) {
        return LocalDateTime.ofEpochSecond(random.nextInt(1_900_000_000) + 1, 0, ZoneOffset.UTC)
                .plus(random.nextInt(1_000_000), ChronoUnit.MICROS);
    }

    /** Microseconds as if the column were in UTC. */
    static Cell dateTime(Random random) {
        LocalDateTime time = randomTime(random);
        return new Cell(
                "'" + SQL_TIME.format(time) + "'",
                JSON.numberNode(ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant(ZoneOffset.UTC))));
    }

    /** A moment with milliseconds, of a session in UTC. */
    static Cell moment(Random random) {
        LocalDateTime time = randomTime(random).truncatedTo(ChronoUnit.MILLIS);
        return new Cell(
                "'" + SQL_TIME.format(time) + "'",
                JSON.textNode(time.toInstant(ZoneOffset.UTC).toString()));
    }

    static Cell date(Random random) {
        LocalDate date = LocalDate.ofEpochDay(random.nextInt(60_000) - 20_000);
        return new Cell("'" + date + "'", JSON.numberNode(date.toEpochDay()));
    }

    static Function<Random, Cell> oneOf(String... texts) {
        return random -> Cell.of(texts[random.nextInt(texts.length)]);
    }

    static Cell word(Random random) {
        return Cell.of(randomWord(random));
    }

    private static String randomWord(Random random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private static byte[] randomBytes(Random random, int longest) {
        byte[] bytes = new byte[random.nextInt(random.nextInt(longest) + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    /**
     * Some bytes.
     *
     * @param literal the literal of the hexadecimal digits
     */
    static Cell bytes(Random random, UnaryOperator<String> literal) {
        byte[] bytes = randomBytes(random, 40);
        return new Cell(
                literal.apply(HexFormat.of().formatHex(bytes)),
                JSON.textNode(Base64.getEncoder().encodeToString(bytes)));
    }

    /**
     * Bytes that are stored elsewhere if there are many of them.
     *
     * @param literal the literal of the hexadecimal digits
     */
    static Cell picture(Random random, UnaryOperator<String> literal) {
        byte[] bytes = randomBytes(random, LARGEST_PICTURE);
        return new Cell(literal.apply(HexFormat.of().formatHex(bytes)), JSON.textNode(EventTopics.describe(bytes)));
    }

    static Cell document(Random random) {
        ObjectNode document = JSON.objectNode().put("n", random.nextInt()).put("text", randomWord(random));
        document.putArray("list")
                .add(random.nextBoolean())
                .add(JSON.nullNode())
                .addObject()
                .put("deep", "é");
        String text = document.toString();
        return new Cell(Cell.quote(text), JSON.textNode(text));
    }
}
