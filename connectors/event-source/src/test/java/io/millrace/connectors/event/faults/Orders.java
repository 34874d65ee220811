package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;

/** Orders: rules with conditions, some over columns that are NULL, a second event of many changes, and many rows that get another key. */
final class Orders extends ShopTable {
    private static final List<String> FIELDS = List.of("id", "status", "total", "note");
    private static final List<String> STATES = List.of("NEW", "PAID", "SHIPPED", "CANCELLED");
    private static final BigDecimal LARGE = BigDecimal.valueOf(400);
    private static final int MOST_ROWS = 300;
    private static final int MANY = 60;

    private boolean comparesUpdates = true;
    private long lastId;

    Orders() {
        super("orders", "id");
    }

    @Override
    String definition() {
        return "CREATE TABLE " + fullName() + " (id BIGINT PRIMARY KEY, status VARCHAR(20) NOT NULL DEFAULT 'NEW',"
                + " total DECIMAL(12, 2) DEFAULT 9.99, note VARCHAR(200) DEFAULT 'none', version BIGINT NOT NULL)";
    }

    @Override
    String defaults() {
        return "key: id; fields: " + String.join(", ", FIELDS) + "; topic: orders; revision: row.version";
    }

    @Override
    List<String> rules() {
        List<String> rules = new ArrayList<>(List.of("OrderPlaced; on: create"));
        if (comparesUpdates) {
            rules.add("OrderPaid; on: update; when: changed('status') && after.status == 'PAID'");
            rules.add("OrderRaised; on: update; when: after.total > before.total");
            rules.add("OrderNoted; on: update; when: changed('note') && !(before.note == null)");
        }
        rules.add("OrderDeleted; on: delete; fields: id, status");
        rules.add("OrderSeen; on: read");
        rules.add("OrderAssessed; on: create, update; when: after.total > 400; fields: id, total; also");
        return rules;
    }

    /** From now on there are rules that compare the row before an update with the one after it, or no longer are. */
    void compareUpdates(boolean compared) {
        comparesUpdates = compared;
    }

    @Override
    int weight() {
        return 5;
    }

    @Override
    void changeRandomly(ShopTransaction transaction) throws SQLException {
        Random random = transaction.random();
        int choice = rows().isEmpty() ? 0 : rows().size() > MOST_ROWS ? 9 : random.nextInt(10);
        switch (choice) {
            case 0, 1 -> insert(transaction, 1 + random.nextInt(3));
            case 2 -> move(transaction, 1 + random.nextInt(2));
            case 3 -> {
                if (random.nextInt(6) == 0) {
                    insert(transaction, MANY);
                } else if (random.nextInt(3) == 0) {
                    move(transaction, MANY);
                } else {
                    move(transaction, 1);
                }
            }
            case 4 -> updateRows(transaction, pickRows(random, 3), Map.of("total", randomTotal(random)));
            case 5 -> updateRows(transaction, pickRows(random, 3), Map.of("note", randomNote(random)));
            case 9 -> deleteRows(transaction, pickRows(random, rows().size() > MOST_ROWS ? MANY : 3));
            default -> changeState(transaction);
        }
    }

    /** Gives some orders a random state. */
    void changeState(ShopTransaction transaction) throws SQLException {
        Random random = transaction.random();
        updateRows(
                transaction, pickRows(random, 3), Map.of("status", Cell.of(STATES.get(random.nextInt(STATES.size())))));
    }

    private void insert(ShopTransaction transaction, int count) throws SQLException {
        Random random = transaction.random();
        long revision = transaction.nextRevision();
        List<Row> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            added.add(new Row(
                    revision,
                    Map.of(
                            "id",
                            Cell.of(++lastId),
                            "status",
                            Cell.of("NEW"),
                            "total",
                            randomTotal(random),
                            "note",
                            randomNote(random))));
        }
        insertMany(transaction, added);
    }

    /** Gives many rows another key, with one statement. */
    void moveMany(ShopTransaction transaction) throws SQLException {
        if (rows().size() < MANY) {
            insert(transaction, MANY);
        }
        move(transaction, MANY);
    }

    /** Each becomes a delete and a create with one source offset. */
    private void move(ShopTransaction transaction, int most) throws SQLException {
        List<Row> moved = pickRows(transaction.random(), most);
        List<Long> ids = LongStream.rangeClosed(lastId + 1, lastId + moved.size())
                .boxed()
                .toList();
        lastId += moved.size();
        moveRows(transaction, moved, ids);
    }

    private static Cell randomTotal(Random random) {
        if (random.nextInt(4) == 0) {
            return Cell.NULL;
        }
        BigDecimal total = BigDecimal.valueOf(random.nextInt(200_000), 2);
        return new Cell(total.toPlainString(), JsonNodeFactory.instance.numberNode(total));
    }

    private static Cell randomNote(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Cell.NULL;
            case 1 -> Cell.of("none");
            case 2 -> Cell.of("/*requestId='none',userId='none'*/");
            default -> Cell.of("it's \\ \"so\" \n " + random.nextInt(1_000));
        };
    }

    @Override
    Optional<ShopEvent> created(Row after, Map<String, String> context) {
        return Optional.of(event("OrderPlaced", after, FIELDS, context));
    }

    @Override
    Optional<ShopEvent> updated(Row before, Row after, Map<String, String> context) {
        String type = null;
        if (!comparesUpdates) {
            return Optional.empty();
        }
        if (after.cell("status").json().asText().equals("PAID")
                && !before.cell("status").equals(after.cell("status"))) {
            type = "OrderPaid";
        } else if (isRaised(before.cell("total"), after.cell("total"))) {
            type = "OrderRaised";
        } else if (!before.cell("note").equals(after.cell("note"))
                && !before.cell("note").equals(Cell.NULL)) {
            type = "OrderNoted";
        }
        return Optional.ofNullable(type).map(found -> event(found, after, FIELDS, context));
    }

    private static boolean isRaised(Cell before, Cell after) {
        return !before.equals(Cell.NULL)
                && !after.equals(Cell.NULL)
                && after.json().decimalValue().compareTo(before.json().decimalValue()) > 0;
    }

    @Override
    Optional<ShopEvent> deleted(Row before, Map<String, String> context) {
        return Optional.of(event("OrderDeleted", before, List.of("id", "status"), context));
    }

    @Override
    Optional<ShopEvent> also(Row after, Map<String, String> context) {
        Cell total = after.cell("total");
        return !total.equals(Cell.NULL) && total.json().decimalValue().compareTo(LARGE) > 0
                ? Optional.of(event("OrderAssessed", after, List.of("id", "total"), context))
                : Optional.empty();
    }

    @Override
    Optional<ShopEvent> read(Row found) {
        return Optional.of(event("OrderSeen", found, FIELDS, Map.of()));
    }
}
