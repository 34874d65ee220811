package io.millrace.connectors.event.faults;

import java.sql.Connection;
import java.sql.ResultSet;
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
    private static final String COPY = "shop._parts_new";

    private final ShopSql sql;
    /** The columns that no rule names, with their types. */
    private final Map<String, String> others = new LinkedHashMap<>();

    private final List<String> fields = new ArrayList<>(List.of("id", "name", "amount"));
    private boolean hasCoupon;
    private long lastId;
    private int lastColumn;

    Parts(ShopSql sql) {
        super("parts", "id");
        this.sql = sql;
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
            String type = sql.columnTypes().get(random.nextInt(sql.columnTypes().size()));
            others.put(name, type);
            return sql.addColumn(name, type, random);
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
                return sql.changeColumn(name, String.valueOf(others.get(name)), random);
            }
            case 3 -> {
                return sql.changeColumn("name", "VARCHAR(" + (40 + random.nextInt(60)) + ")", random);
            }
            case 4 -> {
                return sql.changeColumn("amount", random.nextBoolean() ? "INT" : "BIGINT", random);
            }
            default -> {
                return sql.rewriteColumn(Row.REVISION, random);
            }
        }
    }

    /** Adds the column that rules select for a time. */
    void addCoupon(Connection connection, Random random) throws SQLException {
        alter(connection, sql.addColumn(COUPON, "VARCHAR(20)", random));
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
        String column = "swapped" + ++lastColumn;
        String type = "BIGINT NOT NULL DEFAULT 7";
        List<String> statements = new ArrayList<>(sql.createCopy(fullName(), COPY));
        statements.add("ALTER TABLE " + COPY + " " + sql.addColumn(column, type, random));
        execute(connection, statements);
        others.put(column, type);
    }

    /** Copies the rows and exchanges the tables. */
    void endSwap(Connection connection) throws SQLException {
        String columns = String.join(", ", columns(connection));
        execute(
                connection,
                List.of("INSERT INTO " + COPY + " (" + columns + ") SELECT " + columns + " FROM " + fullName()));
        execute(connection, sql.replaceByCopy(fullName(), COPY));
    }

    private static List<String> columns(Connection connection) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT column_name FROM information_schema.columns"
                        + " WHERE table_schema = 'shop' AND table_name = 'parts'")) {
            while (found.next()) {
                columns.add(found.getString(1));
            }
        }
        return columns;
    }

    private void alter(Connection connection, String change) throws SQLException {
        execute(connection, List.of("ALTER TABLE " + fullName() + " " + change));
    }

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
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
