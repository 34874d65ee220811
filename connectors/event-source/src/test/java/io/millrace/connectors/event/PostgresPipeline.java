package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.events.EventHeaders;
import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.PostgresServer;
import io.millrace.testing.servers.ServerDirectories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A PostgreSQL server with a database and its reader, a broker, and a worker, on which event sources are posted. */
final class PostgresPipeline implements AutoCloseable {
    static final String DATABASE = "shop";
    static final String READER = "reader";
    static final String PASSWORD = "reader-7";
    static final Duration TIME_TO_ACT = Duration.ofMinutes(3);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));
    private static final Map<String, String> SETTINGS = Map.of("wal_level", "logical", "max_replication_slots", "20");

    private final PostgresServer postgres;
    private final KafkaBroker broker;
    private final ConnectWorker worker;

    /**
     * An event.
     *
     * @param headers its headers' texts, by name
     */
    record Event(String type, String id, String value, Map<String, String> headers) {
        @Override
        public String toString() {
            return type + " " + value;
        }
    }

    private PostgresPipeline(PostgresServer postgres, KafkaBroker broker, ConnectWorker worker) {
        this.postgres = postgres;
        this.broker = broker;
        this.worker = worker;
    }

    /** Starts the servers. */
    static PostgresPipeline start() throws Exception {
        Installation installation = Installation.locate();
        Path directory = ServerDirectories.newDirectory("postgres-source");
        List<AutoCloseable> started = new ArrayList<>();
        try {
            PostgresServer postgres = PostgresServer.start(installation, directory.resolve("postgres"), SETTINGS);
            started.add(postgres);
            KafkaBroker broker = KafkaBroker.start(installation, directory.resolve("kafka"), Map.of());
            started.add(broker);
            ConnectWorker worker = ConnectWorker.start(
                    installation, List.of(PLUGINS), directory.resolve("connect"), broker, Map.of(), Map.of());
            started.add(worker);
            PostgresPipeline pipeline = new PostgresPipeline(postgres, broker, worker);
            pipeline.createDatabase();
            return pipeline;
        } catch (Exception e) {
            for (AutoCloseable server : started) {
                server.close();
            }
            throw e;
        }
    }

    private void createDatabase() throws SQLException {
        try (Connection connection = postgres.connectAsSuperuser("postgres");
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE DATABASE " + DATABASE);
            sql.execute("CREATE USER " + READER + " REPLICATION PASSWORD '" + PASSWORD + "'");
        }
        try (Connection connection = connect();
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE SCHEMA shop");
            sql.execute("GRANT USAGE ON SCHEMA shop TO " + READER);
            sql.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO " + READER);
        }
    }

    /** A connection of the shop's service. */
    Connection connect() throws SQLException {
        return postgres.connectAsSuperuser(DATABASE);
    }

    PostgresServer postgres() {
        return postgres;
    }

    ConnectWorker worker() {
        return worker;
    }

    ConnectRest rest() {
        return worker.rest();
    }

    /** The body of a connector that reads these tables of the schema, through a publication and a slot of its name. */
    ObjectNode connector(String name, String tables) {
        ObjectNode body = JSON.createObjectNode().put("name", name);
        body.putObject("config")
                .put("connector.class", EventSourceConnector.class.getName())
                .put("wrapped.connector.class", "io.debezium.connector.postgresql.PostgresConnector")
                .put("tasks.max", "1")
                .put("exactly.once.support", "required")
                .put("transaction.boundary", "connector")
                .put("database.hostname", "127.0.0.1")
                .put("database.port", String.valueOf(postgres.port()))
                .put("database.user", READER)
                .put("database.password", PASSWORD)
                .put("database.dbname", DATABASE)
                .put("topic.prefix", name)
                .put("slot.name", name)
                .put("publication.name", name)
                .put("publication.autocreate.mode", "disabled")
                .put("table.include.list", tables)
                .put("retriable.restart.connector.wait.ms", "500")
                .put("poll.interval.ms", "50")
                .put("events.heartbeat.interval.ms", "500")
                .put("topic.creation.default.partitions", "1")
                .put("topic.creation.default.replication.factor", "1")
                .put("key.converter.schemas.enable", "false")
                .put("key.converter", "org.apache.kafka.connect.json.JsonConverter")
                .put("value.converter.schemas.enable", "false")
                .put("value.converter", "org.apache.kafka.connect.json.JsonConverter")
                .put("header.converter", "org.apache.kafka.connect.storage.StringConverter");
        return body;
    }

    /** Posts the connector; returns when it runs. */
    void post(ObjectNode body) throws IOException {
        rest().post(body);
        rest().awaitRunning(body.path("name").asText(), TIME_TO_ACT);
    }

    /** Stops the connector; returns when its task has left the slot. */
    void stop(String name) throws IOException, InterruptedException {
        rest().stop(name);
        AwaitedCondition.requireWithin(
                TIME_TO_ACT,
                "the slot to be free",
                () -> rest().status(name).path("tasks").isEmpty()
                        && queryText("SELECT active FROM pg_replication_slots WHERE slot_name = '" + name + "'")
                                .equals("f"));
    }

    void resume(String name) throws IOException {
        rest().resume(name);
        rest().awaitRunning(name, TIME_TO_ACT);
    }

    /** Waits until the task has failed; returns the reason. */
    String awaitFailure(String name) throws InterruptedException {
        String[] trace = new String[1];
        AwaitedCondition.requireWithin(TIME_TO_ACT, "the task to fail", () -> {
            JsonNode task = rest().status(name).path("tasks").path(0);
            trace[0] = task.path("trace").asText();
            return task.path("state").asText().equals("FAILED");
        });
        return trace[0];
    }

    /** The first column of the first row of a query. */
    String queryText(String query) throws SQLException {
        try (Connection connection = connect();
                Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            assertThat(row.next()).as(query).isTrue();
            return row.getString(1);
        }
    }

    /** Waits until the topic has so many events; returns them, and fails if there are more. */
    List<Event> awaitEvents(String topic, int count) throws InterruptedException {
        List<Event> found = new ArrayList<>();
        AwaitedCondition.requireWithin(TIME_TO_ACT, count + " events in " + topic, () -> {
            found.clear();
            found.addAll(events(topic));
            return found.size() >= count;
        });
        assertThat(found).hasSize(count);
        return found;
    }

    /** The committed events of the topic, which has one partition; none if it does not exist. */
    List<Event> events(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "isolation.level",
                        "read_committed",
                        "allow.auto.create.topics",
                        "false"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            if (!consumer.listTopics().containsKey(topic)) {
                return List.of();
            }
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            List<Event> events = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> events.add(read(record)));
            }
            return events;
        }
    }

    private static Event read(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new TreeMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        return new Event(
                headers.getOrDefault(EventHeaders.TYPE, ""),
                headers.getOrDefault(EventHeaders.ID, ""),
                record.value() == null ? "null" : new String(record.value(), StandardCharsets.UTF_8),
                headers);
    }

    @Override
    public void close() {
        worker.close();
        broker.close();
        postgres.close();
    }
}
