package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Documents, of which events have a part that is declared. A document without that part is refused. */
final class Sites extends ShopTable {
    /** The rules' field: what the message of a refusal names. */
    static final String FIELD = "tags";

    private static final int MOST_ROWS = 40;

    private long lastId;
    private boolean optional;

    Sites() {
        super("sites", "id");
    }

    @Override
    String definition() {
        return "CREATE TABLE " + fullName()
                + " (id BIGINT PRIMARY KEY, document JSON NOT NULL, version BIGINT NOT NULL)";
    }

    @Override
    String defaults() {
        return "key: id; fields: id, tags: [string]" + (optional ? "?" : "")
                + " = json(row.document).tags; topic: sites; revision: row.version";
    }

    @Override
    List<String> rules() {
        return List.of("SiteChanged; on: create, update");
    }

    @Override
    int weight() {
        return 2;
    }

    /** From now on the rules accept a document without the part, or no longer do. */
    void makeOptional(boolean isOptional) {
        optional = isOptional;
    }

    @Override
    void changeRandomly(ShopTransaction transaction) throws SQLException {
        Random random = transaction.random();
        ArrayNode tags = JsonNodeFactory.instance.arrayNode();
        for (int count = random.nextInt(4); count > 0; count--) {
            tags.add("t" + random.nextInt(10));
        }
        write(transaction, Optional.of(tags));
    }

    /** Writes a document without the part. */
    void writeIncomplete(ShopTransaction transaction) throws SQLException {
        write(transaction, Optional.empty());
    }

    private void write(ShopTransaction transaction, Optional<ArrayNode> tags) throws SQLException {
        Random random = transaction.random();
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("name", "s" + random.nextInt(10));
        tags.ifPresent(value -> document.set(FIELD, value));
        Map<String, Cell> cells = new LinkedHashMap<>();
        cells.put(
                "document",
                new Cell(
                        Cell.quote(document.toString()),
                        tags.isPresent() ? tags.get() : JsonNodeFactory.instance.nullNode()));
        if (rows().size() < MOST_ROWS) {
            cells.put("id", Cell.of(++lastId));
            insertRows(transaction, List.of(new Row(transaction.nextRevision(), cells)));
        } else {
            updateRows(transaction, pickRows(random, 1), cells);
        }
    }

    private ShopEvent changed(Row row, Map<String, String> context) {
        ObjectNode body = row.body(List.of("id"));
        body.set(FIELD, row.cell("document").json());
        return ShopEvent.of(name(), row.subject(key()), "SiteChanged", row.revision(), context, body);
    }

    @Override
    Optional<ShopEvent> created(Row after, Map<String, String> context) {
        return Optional.of(changed(after, context));
    }

    @Override
    Optional<ShopEvent> updated(Row before, Row after, Map<String, String> context) {
        return Optional.of(changed(after, context));
    }

    @Override
    Optional<ShopEvent> deleted(Row before, Map<String, String> context) {
        return Optional.empty();
    }
}
