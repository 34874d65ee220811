package io.millrace.connectors.event.faults;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The shop in MySQL. A statement may have a comment in front or behind, with the request's context or without. */
final class MySqlShopSql implements ShopSql {
    @Override
    public Map<String, String> execute(
            Connection connection,
            String statement,
            Map<String, String> context,
            Map<String, String> former,
            Random random)
            throws SQLException {
        String comment = comment(context, random);
        try (Statement sql = connection.createStatement()) {
            // Braces are JSON here.
            sql.setEscapeProcessing(false);
            sql.execute(random.nextBoolean() ? comment + statement : statement + " " + comment);
        }
        return context;
    }

    private static String comment(Map<String, String> context, Random random) {
        if (context.isEmpty()) {
            return random.nextBoolean() ? "" : "/* no context */";
        }
        return "/*" + RandomContext.format(context) + "*/";
    }

    @Override
    public String insertMany(String table, List<String> columns, List<List<Cell>> rows) {
        return ShopTable.insert(table, columns, rows);
    }

    /** It is an end of the transaction. */
    @Override
    public boolean truncatesInTransactions() {
        return false;
    }

    @Override
    public List<TypedColumn> typedColumns() {
        return List.of(
                new TypedColumn("tiny", "TINYINT DEFAULT 7", random -> Cell.of(random.nextInt(256) - 128)),
                new TypedColumn(
                        "huge",
                        "BIGINT UNSIGNED DEFAULT 18446744073709551615",
                        random -> RandomCells.number(new BigDecimal(new BigInteger(64, random)))),
                new TypedColumn("amount", "DECIMAL(20, 4) DEFAULT 1.5", RandomCells::amount),
                new TypedColumn("ratio", "DOUBLE DEFAULT 0.5", RandomCells::ratio),
                new TypedColumn("made", "DATETIME(6) DEFAULT '2001-02-03 04:05:06.000007'", RandomCells::dateTime),
                new TypedColumn(
                        EventBody.MOMENT, "TIMESTAMP(3) NULL DEFAULT '2001-02-03 04:05:06.007'", RandomCells::moment),
                new TypedColumn("lasted", "TIME(6) DEFAULT '01:00:00'", MySqlShopSql::duration),
                new TypedColumn("born", "DATE DEFAULT '2001-02-03'", RandomCells::date),
                new TypedColumn("vintage", "YEAR DEFAULT 2001", random -> Cell.of(1901 + random.nextInt(255))),
                new TypedColumn("kind", "ENUM('a', 'b', 'c d') DEFAULT 'a'", RandomCells.oneOf("a", "b", "c d")),
                new TypedColumn(
                        "tags", "SET('x', 'y', 'z') DEFAULT 'x'", RandomCells.oneOf("", "x", "y", "x,z", "x,y,z")),
                new TypedColumn("flags", "BIT(9) DEFAULT b'1'", MySqlShopSql::bits),
                new TypedColumn(
                        "raw", "VARBINARY(40) DEFAULT 'raw'", random -> RandomCells.bytes(random, MySqlShopSql::bytes)),
                new TypedColumn("words", "TEXT", RandomCells::word),
                new TypedColumn(EventBody.DOCUMENT, "JSON", RandomCells::document),
                new TypedColumn("label", "VARCHAR(20) DEFAULT 'unnamed'", RandomCells.oneOf("unnamed", "named")),
                new TypedColumn(
                        EventTopics.PICTURE, "LONGBLOB", random -> RandomCells.picture(random, MySqlShopSql::bytes)));
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
                RandomCells.JSON.numberNode(negative ? -micros : micros));
    }

    private static String bytes(String digits) {
        return "x'" + digits + "'";
    }

    /** The least byte is the first. */
    private static Cell bits(Random random) {
        int bits = random.nextInt(512);
        byte[] leastFirst = {(byte) bits, (byte) (bits >> 8)};
        return new Cell(
                "b'" + Integer.toBinaryString(bits) + "'",
                RandomCells.JSON.textNode(Base64.getEncoder().encodeToString(leastFirst)));
    }

    @Override
    public List<String> columnTypes() {
        return List.of(
                "INT", "VARCHAR(40) DEFAULT 'd'", "BIGINT NOT NULL DEFAULT 7", "DECIMAL(9, 3)", "DATETIME(3)", "TEXT");
    }

    @Override
    public String addColumn(String column, String type, Random random) {
        return "ADD COLUMN " + column + " " + type + randomPlace(random);
    }

    @Override
    public String changeColumn(String column, String type, Random random) {
        return "MODIFY COLUMN " + column + " " + type + randomPlace(random);
    }

    @Override
    public String rewriteColumn(String column, Random random) {
        return "MODIFY COLUMN " + column + " BIGINT NOT NULL" + randomPlace(random) + ", ALGORITHM=COPY";
    }

    private static String randomPlace(Random random) {
        return List.of("", " FIRST", " AFTER id").get(random.nextInt(3));
    }

    @Override
    public List<String> createCopy(String table, String copy) {
        return List.of("CREATE TABLE " + copy + " LIKE " + table);
    }

    @Override
    public List<String> replaceByCopy(String table, String copy) {
        String old = table + "_old";
        return List.of("RENAME TABLE " + table + " TO " + old + ", " + copy + " TO " + table, "DROP TABLE " + old);
    }
}
