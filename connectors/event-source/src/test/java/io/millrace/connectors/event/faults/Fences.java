package io.millrace.connectors.event.faults;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table whose last event shows that every change before it has been read. */
final class Fences extends ShopTable {
    private long last;

    Fences() {
        super("fences", "id");
    }

    @Override
    String definition() {
        return "CREATE TABLE " + fullName() + " (id BIGINT PRIMARY KEY, version BIGINT NOT NULL)";
    }

    @Override
    String defaults() {
        return "key: id; fields: id; topic: fences; revision: row.version";
    }

    @Override
    List<String> rules() {
        return List.of("FenceSet; on: create");
    }

    @Override
    int weight() {
        return 0;
    }

    @Override
    void changeRandomly(ShopTransaction transaction) throws SQLException {
        set(transaction);
    }

    /** Inserts the next fence; returns its event. */
    ShopEvent set(ShopTransaction transaction) throws SQLException {
        Row row = new Row(transaction.nextRevision(), Map.of("id", Cell.of(++last)));
        insertRows(transaction, List.of(row));
        return created(row, Map.of()).orElseThrow();
    }

    @Override
    Optional<ShopEvent> created(Row after, Map<String, String> context) {
        return Optional.of(event("FenceSet", after, List.of("id"), context));
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
