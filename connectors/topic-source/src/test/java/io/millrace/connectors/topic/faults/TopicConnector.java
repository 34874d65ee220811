package io.millrace.connectors.topic.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.topic.TopicSourceConnector;
import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** The connector: its configuration and its state. */
final class TopicConnector {
    static final String NAME = "topic-source";
    static final String RAW = "raw.orders";
    static final String EVENTS = "orders";
    static final String UNDECODABLE = "undecodable";

    private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(90);
    private static final int REFUSED = 400;

    private final ConnectGroup group;
    private final ObjectNode config;

    TopicConnector(ConnectGroup group) {
        this.group = group;
        this.config = new ObjectMapper()
                .createObjectNode()
                .put("connector.class", TopicSourceConnector.class.getName())
                .put("tasks.max", "2")
                .put("exactly.once.support", "required")
                .put("kafka.bootstrap.servers", group.broker().bootstrapServers())
                .put("source.topics", RAW)
                .put("source.key.converter", "org.apache.kafka.connect.storage.StringConverter")
                .put("source.value.converter", "io.millrace.converters.StreamingJsonConverter")
                .put("source.value.converter.schemas.enable", "false")
                .put("source.refresh.interval.ms", "500")
                .put("heartbeat.interval.ms", "300")
                .put("max.poll.records", "25")
                .put("undecodable.topic", UNDECODABLE)
                .put("transforms", "event")
                .put("transforms.event.type", "io.millrace.transforms.ToOfficialEvent")
                .put(
                        "transforms.event.table.1",
                        "shop.orders; key: order_id: int64 = row.id; fields: order_id: int64 = row.id")
                .put(
                        "transforms.event.rule.1",
                        "OrderPaid; table: shop.orders; on: update; when: after.status == 'PAID'; topic: " + EVENTS);
        for (String part : List.of("key", "value", "header")) {
            config.put(part + ".converter", "io.millrace.converters.OriginalBytesConverter")
                    .put(
                            part + ".converter.original-bytes.converter",
                            part.equals("header")
                                    ? "org.apache.kafka.connect.storage.StringConverter"
                                    : "org.apache.kafka.connect.json.JsonConverter");
        }
    }

    /** The topics that the connector writes. */
    static Set<String> writtenTopics() {
        return Set.of(EVENTS, UNDECODABLE, NAME + ".heartbeat");
    }

    /** Creates the connector, or changes its configuration. */
    void configure() {
        callRest("configure", rest -> rest.put(NAME, config));
    }

    /** The same with another option. */
    void configure(String option, String value) {
        config.put(option, value);
        configure();
    }

    void restart() {
        callRest("restart", rest -> {
            rest.restart(NAME);
            return null;
        });
    }

    /** Stops the connector; returns when its tasks are gone. */
    void stop() throws InterruptedException {
        callRest("stop", rest -> {
            rest.stop(NAME);
            return null;
        });
        AwaitedCondition.requireWithin(TIME_TO_ANSWER, "the tasks to be gone", () -> status().path("tasks")
                .isEmpty());
    }

    void resume() {
        callRest("resume", rest -> {
            rest.resume(NAME);
            return null;
        });
    }

    /** Sets the offsets of the stopped connector to what they are. */
    void patchOffsets() {
        callRest("set the offsets", rest -> rest.patchOffsets(NAME, rest.offsets(NAME)));
    }

    private JsonNode status() throws IOException {
        return group.rest().status(NAME);
    }

    /** The tasks that run. */
    List<JsonNode> runningTasks() throws IOException {
        List<JsonNode> running = new ArrayList<>();
        status().path("tasks").forEach(task -> {
            if (task.path("state").asText().equals("RUNNING")) {
                running.add(task);
            }
        });
        return running;
    }

    /** The traces of the connector and the tasks, if they have failed. */
    List<String> failures() throws IOException {
        JsonNode status = status();
        List<JsonNode> parts = new ArrayList<>(List.of(status.path("connector")));
        status.path("tasks").forEach(parts::add);
        return parts.stream()
                .filter(part -> part.path("state").asText().equals("FAILED"))
                .map(part -> part.path("trace").asText())
                .toList();
    }

    /** The committed offsets. */
    Map<TopicPartition, Long> offsets() throws IOException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (JsonNode entry : group.rest().offsets(NAME).path("offsets")) {
            offsets.put(
                    new TopicPartition(
                            entry.path("partition").path("kafka_topic").asText(),
                            entry.path("partition").path("kafka_partition").asInt()),
                    entry.path("offset").path("kafka_offset").asLong());
        }
        return offsets;
    }

    private interface Call {
        Object on(ConnectRest rest) throws IOException;
    }

    /** Calls again while the workers find each other, and while the brokers that the configuration is checked against start. */
    private void callRest(String what, Call call) {
        long deadline = System.nanoTime() + TIME_TO_ANSWER.toNanos();
        while (true) {
            try {
                call.on(group.rest());
                return;
            } catch (IOException | ConnectRestException | IllegalStateException e) {
                if (isFinal(e) || System.nanoTime() > deadline) {
                    throw new IllegalStateException("The connector could not be changed: " + what, e);
                }
            }
            pauseBriefly();
        }
    }

    private static boolean isFinal(Exception e) {
        // A worker that has not read yet that the connector is stopped answers with the same status.
        String message = String.valueOf(e.getMessage());
        return e instanceof ConnectRestException refusal
                && refusal.status() == REFUSED
                && !message.contains("STOPPED state")
                && !message.contains("brokers cannot be used");
    }

    private static void pauseBriefly() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while Connect was called", e);
        }
    }
}
