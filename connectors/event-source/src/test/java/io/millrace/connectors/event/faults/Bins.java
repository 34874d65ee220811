package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table that is truncated, which is its only event. */
final class Bins extends ShopTable {
    private static final int TRUNCATED_OF = 4;

    private long lastId;

    Bins() {
        super("bins", "id");
    }

    @Override
    String definition() {
        return "CREATE TABLE " + fullName() + " (id BIGINT PRIMARY KEY, version BIGINT NOT NULL)";
    }

    @Override
    String defaults() {
        return "topic: bins";
    }

    @Override
    List<String> rules() {
        return List.of("BinsCleared; on: truncate; fields: what: string = source.table");
    }

    @Override
    int weight() {
        return 1;
    }

    @Override
    void changeRandomly(ShopTransaction transaction) throws SQLException {
        if (transaction.sql().truncatesInTransactions() && transaction.random().nextInt(TRUNCATED_OF) == 0) {
            Map<String, String> context = transaction.execute(truncation());
            clearRows();
            transaction.add(cleared(context));
        } else {
            insertRows(transaction, List.of(new Row(transaction.nextRevision(), Map.of("id", Cell.of(++lastId)))));
        }
    }

    /** The statement that empties the table. */
    String truncation() {
        return "TRUNCATE TABLE " + fullName();
    }

    /** The event of a table that was emptied. */
    ShopEvent cleared(Map<String, String> context) {
        return new ShopEvent(
                name(),
                ShopEvent.NO_KEY,
                "BinsCleared",
                ShopEvent.NO_REVISION,
                context,
                EventBody.normalise(JsonNodeFactory.instance.objectNode().put("what", name())));
    }

    @Override
    Optional<ShopEvent> created(Row after, Map<String, String> context) {
        return Optional.empty();
    }

    @Override
    Optional<ShopEvent> updated(Row before, Row after, Map<String, String> context) {
        return Optional.empty();
    }

    @Override
    Optional<ShopEvent> deleted(Row before, Map<String, String> context) {
        return Optional.empty();
    }
}
