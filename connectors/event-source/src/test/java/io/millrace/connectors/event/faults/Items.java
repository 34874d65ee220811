package io.millrace.connectors.event.faults;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Items of orders: nearly all of their changes are dropped. */
final class Items extends ShopTable {
    private static final List<String> FIELDS = List.of("order_id", "line", "amount");
    private static final int MOST_ROWS = 400;

    private long lastOrder;

    Items() {
        super("items", "order_id", "line");
    }

    @Override
    String definition() {
        return "CREATE TABLE " + fullName() + " (order_id BIGINT, line INT, amount INT NOT NULL, state VARCHAR(20),"
                + " version BIGINT NOT NULL, PRIMARY KEY (order_id, line))";
    }

    @Override
    String defaults() {
        return "key: order_id, line; fields: " + String.join(", ", FIELDS) + "; topic: items; revision: row.version";
    }

    @Override
    List<String> rules() {
        return List.of("ItemSold; on: update; when: changed('state') && after.state == 'SOLD'");
    }

    @Override
    int weight() {
        return 4;
    }

    @Override
    void changeRandomly(ShopTransaction transaction) throws SQLException {
        Random random = transaction.random();
        if (rows().isEmpty() || (rows().size() < MOST_ROWS && random.nextInt(4) == 0)) {
            insert(transaction);
        } else if (random.nextInt(8) == 0) {
            deleteRows(transaction, pickRows(random, 8));
        } else if (random.nextInt(6) == 0) {
            String state = random.nextInt(4) == 0 ? "SOLD" : "OFFERED";
            updateRows(transaction, pickRows(random, 4), Map.of("state", Cell.of(state)));
        } else {
            updateRows(transaction, pickRows(random, 12), Map.of("amount", Cell.of(random.nextInt(100))));
        }
    }

    private void insert(ShopTransaction transaction) throws SQLException {
        Random random = transaction.random();
        long revision = transaction.nextRevision();
        lastOrder++;
        List<Row> added = new ArrayList<>();
        for (int line = 1 + random.nextInt(12); line > 0; line--) {
            added.add(new Row(
                    revision,
                    Map.of(
                            "order_id", Cell.of(lastOrder),
                            "line", Cell.of(line),
                            "amount", Cell.of(1),
                            "state", random.nextBoolean() ? Cell.NULL : Cell.of("OFFERED"))));
        }
        insertMany(transaction, added);
    }

    @Override
    Optional<ShopEvent> created(Row after, Map<String, String> context) {
        return Optional.empty();
    }

    @Override
    Optional<ShopEvent> updated(Row before, Row after, Map<String, String> context) {
        return after.cell("state").json().asText().equals("SOLD")
                        && !before.cell("state").equals(after.cell("state"))
                ? Optional.of(event("ItemSold", after, FIELDS, context))
                : Optional.empty();
    }

    @Override
    Optional<ShopEvent> deleted(Row before, Map<String, String> context) {
        return Optional.empty();
    }
}
