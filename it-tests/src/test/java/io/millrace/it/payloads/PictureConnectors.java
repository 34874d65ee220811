package io.millrace.it.payloads;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/** Connectors from a table of pictures to a view of them, made of the shop's. */
public final class PictureConnectors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path CONFIGS = Path.of("../connect-configs");

    private PictureConnectors() {}

    /**
     * The body of a source without transforms.
     *
     * @param name of the connector, and of the events' topic
     * @param table with its database; {@code id} is its key
     * @param fields of the event, separated by commas
     */
    public static ObjectNode source(String name, String table, String serverId, String fields) throws IOException {
        ObjectNode body = shipped("10-shop-source");
        ObjectNode config = (ObjectNode) body.path("config");
        config.properties().removeIf(option -> option.getKey()
                .matches("(transforms|predicates|events\\.(table|rule|unmapped)).*"));
        config.put("topic.prefix", name)
                .put("database.server.id", serverId)
                .put("schema.history.internal.kafka.topic", name + ".schema-history")
                .put("table.include.list", table)
                .put("events.heartbeat.topic", name + ".heartbeat")
                .put("events.table.1", table + "; key: id = row.id; topic: " + name)
                .put(
                        "events.rule.1",
                        "PictureTaken; table: " + table + "; on: create, update, read; fields: id, " + fields);
        return body.put("name", name);
    }

    /**
     * The body of the sink of this topic, {@code TOPIC_view}. A task of it fails where a record is refused.
     *
     * @param columns of the view besides its key
     */
    public static ObjectNode sink(String topic, String columns) throws IOException {
        ObjectNode body = shipped("21-order-status");
        ObjectNode config = (ObjectNode) body.path("config");
        config.properties()
                .removeIf(option -> option.getKey().startsWith("projection")
                        || option.getKey().startsWith("errors"));
        config.put("topics", topic)
                .put("projections", topic)
                .put("projection." + topic + ".kind", "upsert")
                .put("projection." + topic + ".key", "id = key.id")
                .put("projection." + topic + ".columns", columns);
        return body.put("name", topic + "_view");
    }

    private static ObjectNode shipped(String name) throws IOException {
        return (ObjectNode) JSON.readTree(CONFIGS.resolve(name + ".json").toFile());
    }
}
