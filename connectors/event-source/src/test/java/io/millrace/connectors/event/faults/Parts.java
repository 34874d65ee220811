package io.millrace.connectors.event.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A table whose definition changes: columns of no rule come and go, and those of the rules move. One column can be named by the
 * rules for a time.
 */
final class Parts extends ShopTable {
    /** The column that the rules select for a time. */
    static final String COUPON = "coupon";

    private static final int MOST_ROWS = 100;
    private static final int MOST_COLUMNS = 4;
    private static final List<String> TYPES = List.of(
            "INT", "VARCHAR(40) DEFAULT 'd'", "BIGINT NOT NULL DEFAULT 7", "DECIMAL(9, 3)", "DATETIME(3)", "TEXT");

    /** The columns that no rule names, with their types. */
    private final Map<String, String> others = new LinkedHashMap<>();

    private final List<String> fields = new ArrayList<>(List.of("id", "name", "amount"));
    private boolean hasCoupon;
    private long lastId;
    private int lastColumn;

    Parts() {
        super("parts", "id");
    }

    @Override
    String definition() {
        return "CREATE TABLE " + fullName()
                + " (id BIGINT PRIMARY KEY, name VARCHAR(40), amount INT, version BIGINT NOT NULL)";
    }

    @Override
    String defaults() {
        return "key: id; fields: " + String.join(", ", fields) + "; topic: parts; revision: row.version";
    }

    @Override
    List<String> rules() {
        return List.of("PartSet; on: create, update", "PartGone; on: delete");
    }

    @Override
    int weight() {
        return 4;
    }

    /** From now on the rules select the column, or no longer do. */
    void selectCoupon(boolean selected) {
        fields.remove(COUPON);
        if (selected) {
            fields.add(COUPON);
        }
    }

    @Override
    void changeRandomly(ShopTransaction transaction) throws SQLException {
        Random random = transaction.random();
        if (rows().isEmpty() || (rows().size() < MOST_ROWS && random.nextInt(3) == 0)) {
            Map<String, Cell> cells = new LinkedHashMap<>();
            cells.put("id", Cell.of(++lastId));
            cells.putAll(randomCells(random));
            insertRows(transaction, List.of(new Row(transaction.nextRevision(), cells)));
        } else if (random.nextInt(8) == 0) {
            deleteRows(transaction, pickRows(random, 2));
        } else {
            updateRows(transaction, pickRows(random, 3), randomCells(random));
        }
    }

    private Map<String, Cell> randomCells(Random random) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        cells.put("name", random.nextInt(4) == 0 ? Cell.NULL : Cell.of("n" + random.nextInt(100)));
        cells.put("amount", random.nextInt(4) == 0 ? Cell.NULL : Cell.of(random.nextInt(100)));
        if (hasCoupon) {
            cells.put(COUPON, random.nextInt(3) == 0 ? Cell.NULL : Cell.of("c" + random.nextInt(100)));
        }
        return cells;
    }

    /** Changes the definition at random; returns the statement. */
    String alterRandomly(Connection connection, Random random) throws SQLException {
        String change = randomChange(random);
        alter(connection, change);
        return change;
    }

    private String randomChange(Random random) {
        List<String> names = List.copyOf(others.keySet());
        if (names.isEmpty() || (names.size() < MOST_COLUMNS && random.nextInt(3) == 0)) {
            String name = "other" + ++lastColumn;
            others.put(name, TYPES.get(random.nextInt(TYPES.size())));
            return "ADD COLUMN " + name + " " + others.get(name) + randomPlace(random);
        }
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(6)) {
            case 0 -> {
                others.remove(name);
                return "DROP COLUMN " + name;
            }
            case 1 -> {
                String renamed = "other" + ++lastColumn;
                others.put(renamed, String.valueOf(others.remove(name)));
                return "RENAME COLUMN " + name + " TO " + renamed;
            }
            case 2 -> {
                return "MODIFY COLUMN " + name + " " + others.get(name) + randomPlace(random);
            }
            case 3 -> {
                return "MODIFY COLUMN name VARCHAR(" + (40 + random.nextInt(60)) + ")" + randomPlace(random);
            }
            case 4 -> {
                return "MODIFY COLUMN amount " + (random.nextBoolean() ? "INT" : "BIGINT") + randomPlace(random);
            }
            default -> {
                return "MODIFY COLUMN version BIGINT NOT NULL" + randomPlace(random) + ", ALGORITHM=COPY";
            }
        }
    }

    private static String randomPlace(Random random) {
        return List.of("", " FIRST", " AFTER id").get(random.nextInt(3));
    }

    /** Adds the column that rules select for a time. */
    void addCoupon(Connection connection, Random random) throws SQLException {
        alter(connection, "ADD COLUMN " + COUPON + " VARCHAR(20)" + randomPlace(random));
        hasCoupon = true;
        Map<String, Row> changed = new LinkedHashMap<>();
        rows().forEach((subject, row) -> changed.put(subject, row.change(row.revision(), Map.of(COUPON, Cell.NULL))));
        restore(changed);
    }

    /** Drops it again. */
    void dropCoupon(Connection connection) throws SQLException {
        alter(connection, "DROP COLUMN " + COUPON);
        hasCoupon = false;
    }

    /** Has a copy of the table with another definition, as a tool for online schema changes makes it. */
    void beginSwap(Connection connection, Random random) throws SQLException {
        execute(connection, "CREATE TABLE shop._parts_new LIKE shop.parts");
        execute(
                connection,
                "ALTER TABLE shop._parts_new ADD COLUMN swapped" + ++lastColumn + " BIGINT NOT NULL DEFAULT 7"
                        + randomPlace(random));
        others.put("swapped" + lastColumn, "BIGINT NOT NULL DEFAULT 7");
    }

    /** Copies the rows and exchanges the tables. */
    void endSwap(Connection connection) throws SQLException {
        String columns = String.join(", ", columns(connection));
        execute(connection, "INSERT INTO shop._parts_new (" + columns + ") SELECT " + columns + " FROM shop.parts");
        execute(connection, "RENAME TABLE shop.parts TO shop._parts_old, shop._parts_new TO shop.parts");
        execute(connection, "DROP TABLE shop._parts_old");
    }

    private static List<String> columns(Connection connection) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (Statement sql = connection.createStatement();
                java.sql.ResultSet found = sql.executeQuery("SELECT column_name FROM information_schema.columns"
                        + " WHERE table_schema = 'shop' AND table_name = 'parts'")) {
            while (found.next()) {
                columns.add(found.getString(1));
            }
        }
        return columns;
    }

    private static void alter(Connection connection, String change) throws SQLException {
        execute(connection, "ALTER TABLE shop.parts " + change);
    }

    private static void execute(Connection connection, String statement) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
        connection.commit();
    }

    @Override
    Optional<ShopEvent> created(Row after, Map<String, String> context) {
        return Optional.of(event("PartSet", after, fields, context));
    }

    @Override
    Optional<ShopEvent> updated(Row before, Row after, Map<String, String> context) {
        return Optional.of(event("PartSet", after, fields, context));
    }

    @Override
    Optional<ShopEvent> deleted(Row before, Map<String, String> context) {
        return Optional.of(event("PartGone", before, fields, context));
    }
}
