package io.millrace.connectors.event.faults;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;

/** The shop in PostgreSQL. A transaction has a message with the request's context before some of its statements. */
final class PostgresShopSql implements ShopSql {
    /** The statement that creates a type of the {@link #typedColumns}. */
    static final String ENUM = "CREATE TYPE shop.kind AS ENUM ('a', 'b', 'c d')";

    static final String PUBLICATION = "shop";

    private static final String MESSAGE = "SELECT pg_logical_emit_message(true, 'millrace.context', ?)";

    /** The message holds for the statements behind it, so that one in two has the context of the statement before. */
    @Override
    public Map<String, String> execute(
            Connection connection,
            String statement,
            Map<String, String> context,
            Map<String, String> former,
            Random random)
            throws SQLException {
        boolean attaches = random.nextBoolean();
        if (attaches) {
            try (PreparedStatement message = connection.prepareStatement(MESSAGE)) {
                message.setString(1, context.isEmpty() && random.nextBoolean() ? "no context" : format(context));
                message.execute();
            }
        }
        try (Statement sql = connection.createStatement()) {
            sql.setEscapeProcessing(false);
            sql.execute(statement);
        }
        return attaches ? context : former;
    }

    private static String format(Map<String, String> context) {
        return RandomContext.format(context);
    }

    /** One record of the log has many rows of a COPY. */
    @Override
    public String insertMany(String table, List<String> columns, List<List<Cell>> rows) {
        String csv = rows.stream()
                .map(row -> row.stream().map(PostgresShopSql::csv).collect(Collectors.joining(",", "", "\n")))
                .collect(Collectors.joining());
        return "COPY " + table + " (" + String.join(", ", columns) + ") FROM PROGRAM 'echo "
                + Base64.getEncoder().encodeToString(csv.getBytes(StandardCharsets.UTF_8))
                + " | base64 -d' WITH (FORMAT csv)";
    }

    private static String csv(Cell cell) {
        return cell.json().isTextual()
                ? "\"" + cell.json().textValue().replace("\"", "\"\"") + "\""
                : cell.equals(Cell.NULL) ? "" : cell.sql();
    }

    @Override
    public boolean truncatesInTransactions() {
        return true;
    }

    @Override
    public List<TypedColumn> typedColumns() {
        return List.of(
                new TypedColumn("small", "SMALLINT DEFAULT 7", random -> Cell.of(random.nextInt(1 << 16) - (1 << 15))),
                new TypedColumn(
                        "huge",
                        "NUMERIC(20) DEFAULT 18446744073709551615",
                        random -> RandomCells.number(new BigDecimal(new BigInteger(64, random)))),
                new TypedColumn("amount", "NUMERIC(20, 4) DEFAULT 1.5", RandomCells::amount),
                new TypedColumn("ratio", "DOUBLE PRECISION DEFAULT 0.5", RandomCells::ratio),
                new TypedColumn("agreed", "BOOLEAN DEFAULT true", PostgresShopSql::truth),
                new TypedColumn("made", "TIMESTAMP(6) DEFAULT '2001-02-03 04:05:06.000007'", RandomCells::dateTime),
                new TypedColumn(
                        EventBody.MOMENT, "TIMESTAMPTZ(3) DEFAULT '2001-02-03 04:05:06.007'", RandomCells::moment),
                new TypedColumn("clock", "TIME(6) DEFAULT '01:00:00'", PostgresShopSql::time),
                new TypedColumn("lasted", "INTERVAL DEFAULT '1 hour'", PostgresShopSql::duration),
                new TypedColumn("born", "DATE DEFAULT '2001-02-03'", RandomCells::date),
                new TypedColumn("kind", "shop.kind DEFAULT 'a'", RandomCells.oneOf("a", "b", "c d")),
                new TypedColumn("tags", "TEXT[] DEFAULT '{x}'", PostgresShopSql::tags),
                new TypedColumn("flags", "BIT(9) DEFAULT B'000000001'", PostgresShopSql::bits),
                new TypedColumn(
                        "raw", "BYTEA DEFAULT 'raw'", random -> RandomCells.bytes(random, PostgresShopSql::bytes)),
                new TypedColumn("mark", "UUID", PostgresShopSql::uuid),
                new TypedColumn("words", "TEXT", RandomCells::word),
                new TypedColumn(EventBody.DOCUMENT, "JSONB", RandomCells::document),
                new TypedColumn("label", "VARCHAR(20) DEFAULT 'unnamed'", RandomCells.oneOf("unnamed", "named")),
                new TypedColumn(
                        EventTopics.PICTURE, "BYTEA", random -> RandomCells.picture(random, PostgresShopSql::bytes)));
    }

    private static Cell truth(Random random) {
        boolean truth = random.nextBoolean();
        return new Cell(String.valueOf(truth), RandomCells.JSON.booleanNode(truth));
    }

    private static Cell uuid(Random random) {
        return Cell.of(new UUID(random.nextLong(), random.nextLong()).toString());
    }

    /** Microseconds of the day. */
    private static Cell time(Random random) {
        LocalTime time =
                LocalTime.ofSecondOfDay(random.nextInt(86_400)).plus(random.nextInt(1_000_000), ChronoUnit.MICROS);
        return new Cell("'" + time + "'", RandomCells.JSON.numberNode(time.toNanoOfDay() / 1_000));
    }

    /** Microseconds, some of them negative. Debezium computes with floating-point numbers, which have these values exactly. */
    private static Cell duration(Random random) {
        long micros = (random.nextInt(100_000_000) - 50_000_000) * 62_500L;
        return new Cell(
                "'" + BigDecimal.valueOf(micros, 6).toPlainString() + " seconds'", RandomCells.JSON.numberNode(micros));
    }

    private static Cell tags(Random random) {
        List<String> tags = List.of("x y", "NULL", "it's", "ä,{}").subList(0, random.nextInt(5));
        return new Cell(
                tags.stream().map(Cell::quote).collect(Collectors.joining(", ", "ARRAY[", "]::text[]")),
                tags.stream()
                        .collect(RandomCells.JSON::arrayNode, (array, tag) -> array.add(tag), (a, b) -> a.addAll(b)));
    }

    private static String bytes(String digits) {
        return "decode('" + digits + "', 'hex')";
    }

    /** The least byte is the first, and zeros behind the last bit are left out. */
    private static Cell bits(Random random) {
        int bits = random.nextInt(512);
        String digits = String.format("%9s", Integer.toBinaryString(bits)).replace(' ', '0');
        byte[] leastFirst = BitSet.valueOf(new long[] {bits}).toByteArray();
        return new Cell(
                "B'" + digits + "'",
                RandomCells.JSON.textNode(Base64.getEncoder().encodeToString(leastFirst)));
    }

    @Override
    public List<String> columnTypes() {
        return List.of(
                "INT", "VARCHAR(40) DEFAULT 'd'", "BIGINT NOT NULL DEFAULT 7", "NUMERIC(9, 3)", "TIMESTAMP(3)", "TEXT");
    }

    @Override
    public String addColumn(String column, String type, Random random) {
        return "ADD COLUMN " + column + " " + type;
    }

    @Override
    public String changeColumn(String column, String type, Random random) {
        return "ALTER COLUMN " + column + " TYPE " + type.replaceFirst(" (NOT NULL|DEFAULT).*", "");
    }

    @Override
    public String rewriteColumn(String column, Random random) {
        return "ALTER COLUMN " + column + " TYPE BIGINT USING " + column + " + 0";
    }

    @Override
    public List<String> createCopy(String table, String copy) {
        return List.of(
                "CREATE TABLE " + copy + " (LIKE " + table + " INCLUDING ALL)",
                "ALTER TABLE " + copy + " REPLICA IDENTITY FULL");
    }

    /** The publication has tables, and not their names. */
    @Override
    public List<String> replaceByCopy(String table, String copy) {
        String name = table.substring(table.indexOf('.') + 1);
        return List.of(
                "DROP TABLE " + table,
                "ALTER TABLE " + copy + " RENAME TO " + name,
                "ALTER PUBLICATION " + PUBLICATION + " ADD TABLE " + table);
    }
}
