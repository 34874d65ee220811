package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.campaigns.ConnectCalls;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ProjectFiles;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The connector: its configuration, which is the shipped one with the campaign's tables and rules, and its state. */
final class Source {
    static final String NAME = "shop-source";

    /** The table of the signals. */
    static final String SIGNALS = ShopTable.DATABASE + ".signals";

    /** The statement that creates it. */
    static final String SIGNALS_DEFINITION =
            "CREATE TABLE " + SIGNALS + " (id VARCHAR(64) PRIMARY KEY, type VARCHAR(32), data VARCHAR(2048))";

    private static final Duration TIME_TO_ACT = Duration.ofMinutes(3);

    private final ConnectGroup group;
    private final ConnectCalls calls;
    private final ShopServer server;
    private final Shop shop;
    private final ObjectNode config;

    private Source(ConnectGroup group, ShopServer server, Shop shop, ObjectNode config) {
        this.group = group;
        this.calls = new ConnectCalls(group);
        this.server = server;
        this.shop = shop;
        this.config = config;
    }

    /** The connector, which is not posted. */
    static Source of(Installation installation, ConnectGroup group, ShopServer server, Pictures pictures, Shop shop)
            throws IOException {
        ObjectNode config = (ObjectNode) new ObjectMapper()
                .readTree(ProjectFiles.of(installation)
                        .connectConfigs()
                        .resolve(server.connectorFile())
                        .toFile())
                .path("config");
        config.properties().removeIf(option -> option.getKey()
                .matches("(transforms|predicates|events\\.(table|rule|unmapped)).*"));
        config.put("database.user", ShopServer.USER)
                .put("database.password", ShopServer.PASSWORD)
                .put("table.include.list", includedTables(shop))
                .put("key.converter.schemas.enable", "false")
                .put("value.converter.schemas.enable", "false")
                .put("skipped.operations", "none")
                .put("signal.data.collection", SIGNALS)
                // A transaction of the database becomes many batches, and a snapshot many chunks.
                .put("max.batch.size", "48")
                .put("max.queue.size", "96")
                .put("incremental.snapshot.chunk.size", "25")
                .put("retriable.restart.connector.wait.ms", "500")
                .put("events.heartbeat.interval.ms", "500")
                .put("events.source", EventTopics.SOURCE);
        pictures.storeOptions().forEach(config::put);
        return new Source(group, server, shop, config);
    }

    private static String includedTables(Shop shop) {
        return shop.tables().stream().map(ShopTable::fullName).collect(Collectors.joining(",")) + "," + SIGNALS;
    }

    /** The statement that asks for a snapshot of these tables. */
    static String requestSnapshot(String id, List<String> tables) {
        return "INSERT INTO " + SIGNALS + " VALUES ('" + id
                + "', 'execute-snapshot', '{\"type\": \"incremental\", \"data-collections\": "
                + tables.stream()
                        .map(table -> "\"" + ShopTable.DATABASE + "." + table + "\"")
                        .collect(Collectors.joining(", ", "[", "]"))
                + "}')";
    }

    /** Creates the connector, or gives it the configuration with the rules and the server as they are now. */
    void configure() {
        server.connectorOptions(group.broker().bootstrapServers()).forEach(config::put);
        int rule = 0;
        int table = 0;
        for (ShopTable each : shop.tables()) {
            config.put("events.table." + ++table, each.fullName() + "; " + each.defaults());
            for (String text : each.rules()) {
                int end = text.indexOf(';');
                config.put(
                        "events.rule." + ++rule,
                        text.substring(0, end) + "; table: " + each.fullName() + text.substring(end));
            }
        }
        calls.make("configure", rest -> rest.put(NAME, config));
    }

    /** The same while the connector is stopped: when it runs, the task with the former rules works until it is restarted. */
    void configureStopped() throws InterruptedException {
        stop();
        configure();
        resume();
    }

    /** The same with another option. */
    void configure(String option, String value) {
        config.put(option, value);
        configure();
    }

    /** The same without this option. */
    void unsetOption(String option) {
        config.remove(option);
        configure();
    }

    void restart() {
        calls.make("restart", rest -> {
            rest.restart(NAME);
            return null;
        });
    }

    /**
     * Stops the connector. Returns if its task reads no more changes: Connect lists no tasks as soon as they are to stop, and a worker
     * that is busy stops them later.
     */
    void stop() throws InterruptedException {
        calls.make("stop", rest -> {
            rest.stop(NAME);
            return null;
        });
        AwaitedCondition.requireWithin(
                TIME_TO_ACT, "the task to be gone", () -> status().path("tasks").isEmpty() && !server.isRead());
    }

    void resume() {
        calls.make("resume", rest -> {
            rest.resume(NAME);
            return null;
        });
    }

    JsonNode status() throws IOException {
        return group.rest().status(NAME);
    }

    /** The name under which Connect lists the worker of the task, if the task runs. */
    Optional<String> workerOfTask(ConnectRest rest) throws IOException {
        JsonNode task = rest.status(NAME).path("tasks").path(0);
        return task.path("state").asText().equals("RUNNING")
                ? Optional.of(task.path("worker_id").asText())
                : Optional.empty();
    }

    /** The traces of the connector and the task, if they have failed. */
    List<String> failures() throws IOException {
        JsonNode status = status();
        List<JsonNode> parts = new ArrayList<>(List.of(status.path("connector")));
        status.path("tasks").forEach(parts::add);
        return parts.stream()
                .filter(part -> part.path("state").asText().equals("FAILED"))
                .map(part -> part.path("trace").asText())
                .toList();
    }

    /** Waits until the task has failed with a message that contains these texts. */
    void awaitRefusal(String... texts) throws InterruptedException {
        AwaitedCondition.requireWithin(TIME_TO_ACT, "the refusal " + List.of(texts), () -> failures().stream()
                .anyMatch(trace -> List.of(texts).stream().allMatch(trace::contains)));
    }

    /** Waits until the task runs. */
    void awaitRunning() throws InterruptedException {
        AwaitedCondition.requireWithin(
                TIME_TO_ACT, "the task to run", () -> workerOfTask(group.rest()).isPresent());
    }

    /** Waits until the committed offset has all transactions of the server. The shop writes nothing meanwhile. */
    void awaitLevel() throws InterruptedException, SQLException {
        String position = server.position();
        AwaitedCondition.requireWithin(
                TIME_TO_ACT,
                "the offset to be level with the server",
                () -> server.hasReached(offsets().at("/offsets/0/offset"), position));
    }

    /** The committed offsets, as Connect shows and takes them. */
    JsonNode offsets() throws IOException {
        return group.rest().offsets(NAME);
    }

    /** Changes the offsets of the stopped connector. */
    void patchOffsets(JsonNode offsets) {
        calls.make("set the offsets", rest -> rest.patchOffsets(NAME, offsets));
    }
}
