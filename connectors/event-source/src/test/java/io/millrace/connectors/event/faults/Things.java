package io.millrace.connectors.event.faults;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/** A table with values of all kinds, NULL in each of them, and pictures that are stored if they are large. */
final class Things extends ShopTable {
    private static final int MOST_ROWS = 100;

    private final List<TypedColumn> columns;
    private long lastId;

    /** An empty table with these columns, of which one is {@link EventTopics#PICTURE}. */
    Things(List<TypedColumn> columns) {
        super("things", "id");
        this.columns = columns;
    }

    @Override
    String definition() {
        return columns.stream()
                .map(column -> column.name() + " " + column.type())
                .collect(Collectors.joining(
                        ", ",
                        "CREATE TABLE " + fullName() + " (id BIGINT PRIMARY KEY, ",
                        ", version BIGINT NOT NULL)"));
    }

    private List<String> fields() {
        List<String> fields = new ArrayList<>(List.of("id"));
        columns.forEach(column -> fields.add(column.name()));
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
            columns.forEach(column -> cells.put(column.name(), column.randomCell(random)));
            insertRows(transaction, List.of(new Row(transaction.nextRevision(), cells)));
        } else if (random.nextInt(10) == 0) {
            deleteRows(transaction, pickRows(random, 2));
        } else {
            Map<String, Cell> changed = new LinkedHashMap<>();
            for (TypedColumn column : columns) {
                if (random.nextInt(5) == 0) {
                    changed.put(column.name(), column.randomCell(random));
                }
            }
            updateRows(transaction, pickRows(random, 2), changed);
        }
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
