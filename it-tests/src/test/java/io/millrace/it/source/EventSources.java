package io.millrace.it.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.testing.servers.ConnectRest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Event sources of one table each, and what they send. */
final class EventSources {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIME_TO_ACT = Duration.ofMinutes(2);

    private final ConnectRest rest;
    private final String bootstrapServers;
    private final List<String> posted = new ArrayList<>();

    EventSources(ConnectRest rest, String bootstrapServers) {
        this.rest = rest;
        this.bootstrapServers = bootstrapServers;
    }

    /** The body of a connector with one rule, whose name is also the topic's. It reads the rule's table. */
    static ObjectNode connector(String name, int serverId, String rule) throws IOException {
        ObjectNode body =
                (ObjectNode) JSON.readTree(ShopConnectors.file("10-shop-source").toFile());
        ObjectNode config = (ObjectNode) body.path("config");
        String table = rule.replaceFirst(".*table: (\\w+\\.\\w+).*", "$1");
        config.properties().removeIf(option -> option.getKey()
                .matches("(transforms|predicates|events\\.(table|rule|unmapped)).*"));
        config.put("topic.prefix", name)
                .put("database.server.id", Integer.toString(serverId))
                .put("schema.history.internal.kafka.topic", name + ".schema-history")
                .put("table.include.list", table)
                .put("key.converter.schemas.enable", "false")
                .put("value.converter.schemas.enable", "false")
                .put("topic.creation.default.partitions", "1")
                .put("events.heartbeat.topic", name + ".heartbeat")
                .put("events.heartbeat.interval.ms", "500")
                .put("events.table.1", table + "; key: id; topic: " + name)
                .put("events.rule.1", rule);
        return body.put("name", name);
    }

    /** Posts {@link #connector}; returns its options when it runs. {@link #deletePosted} deletes it. */
    ObjectNode post(String name, int serverId, String rule) throws IOException {
        return post(connector(name, serverId, rule));
    }

    /** Posts the connector; returns its options when it runs. {@link #deletePosted} deletes it. */
    ObjectNode post(ObjectNode body) throws IOException {
        String name = body.path("name").asText();
        rest.post(body);
        posted.add(name);
        rest.awaitRunning(name, TIME_TO_ACT);
        return (ObjectNode) body.path("config");
    }

    /** Deletes the connectors that were posted by this object. */
    void deletePosted() throws IOException {
        for (String name : posted) {
            rest.delete(name);
        }
        posted.clear();
    }

    /** Stops the connector; returns when its task is gone. */
    void stop(String name) throws IOException {
        rest.stop(name);
        rest.awaitStopped(name, TIME_TO_ACT);
    }

    /** Resumes the connector; returns when it runs. */
    void resume(String name) throws IOException {
        rest.resume(name);
        rest.awaitRunning(name, TIME_TO_ACT);
    }

    /** Waits until the connector has committed an offset. */
    void awaitOffset(String name) {
        await().atMost(TIME_TO_ACT)
                .untilAsserted(
                        () -> assertThat(offset(name).path("pos").isNumber()).isTrue());
    }

    /** The committed offset. */
    JsonNode offset(String name) throws IOException {
        return rest.offsets(name).at("/offsets/0/offset");
    }

    /** Why the task failed; empty if it has not. */
    String trace(String name) throws IOException {
        return rest.status(name).path("tasks").path(0).path("trace").asText();
    }

    /** Waits until these are the events, each with its type, the id in its key and its value. */
    void awaitEvents(String topic, String... expected) {
        await().atMost(TIME_TO_ACT)
                .untilAsserted(() -> assertThat(events(topic)).containsExactly(expected));
    }

    /** The events of the topic. */
    List<String> events(String topic) throws IOException {
        List<String> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : EventLog.records(bootstrapServers, topic)) {
            events.add(EventLog.header(record, "ce_type") + " "
                    + JSON.readTree(record.key()).path("id") + " "
                    + new String(record.value(), StandardCharsets.UTF_8));
        }
        return events;
    }
}
