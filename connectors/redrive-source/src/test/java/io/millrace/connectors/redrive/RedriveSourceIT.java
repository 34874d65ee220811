package io.millrace.connectors.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.ServerDirectories;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The connector in a worker, with a sink that keeps the order of keys, and with letters of others. */
class RedriveSourceIT {
    private static final Duration TIME_TO_ACT = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));

    private static MySqlServer mysql;
    private static KafkaBroker broker;
    private static ConnectWorker worker;
    private static Admin admin;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void startServers() throws SQLException {
        Installation installation = Installation.locate();
        Path directory = ServerDirectories.newDirectory("redrive-source");
        mysql = MySqlServer.start(installation, directory.resolve("mysql"), Map.of());
        broker = KafkaBroker.start(
                installation, directory.resolve("kafka"), Map.of("auto.create.topics.enable", "false"));
        worker = ConnectWorker.start(
                installation,
                List.of(PLUGINS),
                directory.resolve("connect"),
                broker,
                Map.of("connector.client.config.override.policy", "All"),
                Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        try (Connection root = mysql.connectAsRoot();
                Statement sql = root.createStatement()) {
            sql.execute("CREATE DATABASE views");
            sql.execute("CREATE USER projector IDENTIFIED BY 'views'");
            sql.execute("GRANT ALL ON views.* TO projector");
        }
    }

    @AfterAll
    static void stopServers() {
        producer.close(Duration.ZERO);
        admin.close(Duration.ZERO);
        worker.close();
        broker.close();
        mysql.close();
    }

    /** The refusal is mended after the second attempt; the records of its key are in the view in their order then. */
    @Test
    void bringsRefusedRecordsBackUntilTheViewIsRight() throws Exception {
        create("orders", 2);
        create("views.retry", 2);
        create("views.dlq", 1);
        create("views.parked", 1);
        try (Connection root = mysql.connectAsRoot();
                Statement sql = root.createStatement()) {
            sql.execute("CREATE TABLE views.orders (id BIGINT PRIMARY KEY, status VARCHAR(6) NOT NULL)");
            sql.execute("CREATE TABLE views.history (`partition` INT, `offset` BIGINT, id BIGINT NOT NULL,"
                    + " status VARCHAR(6) NOT NULL, PRIMARY KEY (`partition`, `offset`))");
            worker.rest().post(sink());
            worker.rest().awaitRunning("views", TIME_TO_ACT);
            worker.rest().post(connector("views-redrive", "views.dlq", Map.of("backoff", "1s,2s")));
            for (String status : List.of("NEW", "CANCELLED", "PAID", "SENT")) {
                for (int id = 1; id <= 4; id++) {
                    send("orders", id % 2, "{\"id\":" + id + "}", "{\"status\":\"" + status + "\"}");
                }
            }
            await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(read("views.retry"))
                    .anySatisfy(record -> assertThat(headers(record)).contains("millrace.redrive.attempt=2")));
            assertThat(rows(sql, "SELECT status FROM views.orders")).containsOnly("NEW");
            worker.kill();
            sql.execute("ALTER TABLE views.orders MODIFY status VARCHAR(20) NOT NULL");
            sql.execute("ALTER TABLE views.history MODIFY status VARCHAR(20) NOT NULL");
            worker.restart();

            await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(rows(sql, "SELECT * FROM views.millrace_held"))
                    .isEmpty());
            assertThat(rows(sql, "SELECT status FROM views.orders")).containsOnly("SENT");
            assertThat(rows(sql, "SELECT id, GROUP_CONCAT(status ORDER BY `offset`) FROM views.history GROUP BY id"))
                    .containsExactly(
                            "1 NEW,CANCELLED,PAID,SENT",
                            "2 NEW,CANCELLED,PAID,SENT",
                            "3 NEW,CANCELLED,PAID,SENT",
                            "4 NEW,CANCELLED,PAID,SENT");
        } finally {
            worker.rest().delete("views-redrive");
            worker.rest().delete("views");
        }
        assertThat(read("views.parked")).isEmpty();
        assertThat(read("views.retry"))
                .allSatisfy(record -> assertThat(record.headers().toArray()).hasSizeLessThan(5));
    }

    private static ObjectNode sink() {
        ObjectNode body = JSON.createObjectNode().put("name", "views");
        body.putObject("config")
                .put("connector.class", "io.millrace.connectors.projection.ProjectionSinkConnector")
                .put("tasks.max", "2")
                .put("topics", "orders,views.retry")
                .put("hold.key.order", "true")
                .put("kafka.bootstrap.servers", broker.bootstrapServers())
                .put("connection.url", mysql.jdbcUrl("views"))
                .put("connection.user", "projector")
                .put("connection.password", "views")
                .put("key.converter", "org.apache.kafka.connect.json.JsonConverter")
                .put("key.converter.schemas.enable", "false")
                .put("value.converter", "org.apache.kafka.connect.json.JsonConverter")
                .put("value.converter.schemas.enable", "false")
                .put("header.converter", "org.apache.kafka.connect.storage.StringConverter")
                .put("consumer.override.isolation.level", "read_committed")
                .put("errors.tolerance", "all")
                .put("errors.deadletterqueue.topic.name", "views.dlq")
                .put("errors.deadletterqueue.topic.replication.factor", "1")
                .put("errors.deadletterqueue.context.headers.enable", "true")
                .put("projections", "orders,history")
                .put("projection.orders.kind", "upsert")
                .put("projection.orders.key", "id = key.id")
                .put("projection.orders.columns", "status")
                .put("projection.history.kind", "append")
                .put("projection.history.key", "`partition` = partition, `offset` = offset")
                .put("projection.history.columns", "id = key.id, status");
        return body;
    }

    /** Letters of Spring and of others, most of which are read again after the worker was killed. */
    @Test
    void sendsEachChosenLetterOnceAndParksTheRest() throws Exception {
        create("others.dlq", 2);
        create("billing.retry", 3);
        create("billing.parked", 1);
        create("unknown.parked", 1);
        create("others.dlq.parked", 1);
        create("payments", 3);
        for (int i = 0; i < 200; i++) {
            sendSpringLetter(i, i % 10 == 0 ? "late" : "on time");
        }
        worker.rest()
                .post(connector(
                        "others",
                        "others.dlq",
                        Map.of(
                                "tasks.max", "2",
                                "backoff", "3s",
                                "max.poll.records", "20",
                                "where", "error != 'late'")));
        await().atMost(TIME_TO_ACT)
                .untilAsserted(() -> assertThat(read("others.state")).hasSizeGreaterThan(40));
        worker.kill();
        worker.restart();
        // The last attempt of one, and one of which nothing is known.
        ProducerRecord<byte[], byte[]> exhausted =
                new ProducerRecord<>("others.dlq", 0, bytes("k"), bytes("exhausted"));
        exhausted.headers().add("kafka_dlt-original-consumer-group", bytes("billing"));
        exhausted.headers().add("kafka_dlt-original-topic", bytes("payments"));
        exhausted.headers().add("kafka_dlt-original-partition", new byte[4]);
        exhausted.headers().add("kafka_dlt-original-offset", new byte[8]);
        exhausted.headers().add("millrace.redrive.attempt", bytes("5"));
        producer.send(exhausted).get();
        producer.send(new ProducerRecord<>("others.dlq", 1, null, bytes("unknown")))
                .get();

        List<Integer> expected =
                IntStream.range(0, 200).filter(i -> i % 10 != 0).boxed().toList();
        await().atMost(TIME_TO_ACT)
                .untilAsserted(() -> assertThat(read("billing.retry")).hasSizeGreaterThanOrEqualTo(expected.size()));
        List<ConsumerRecord<byte[], byte[]>> sent = read("billing.retry");
        assertThat(sent.stream().map(record -> Integer.valueOf(text(record.value()))))
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(sent).allSatisfy(record -> {
            int number = Integer.parseInt(text(record.value()));
            assertThat(record.partition()).isEqualTo(number % 3);
            assertThat(headers(record))
                    .hasSize(3)
                    .startsWith(
                            "millrace.redrive.origin=payments-" + number % 3 + "@" + number,
                            "millrace.redrive.attempt=1");
        });
        await().atMost(TIME_TO_ACT).untilAsserted(() -> {
            assertThat(read("billing.parked")).singleElement().satisfies(record -> assertThat(headers(record))
                    .anySatisfy(header -> assertThat(header).contains("it was refused 6 times")));
            assertThat(read("others.dlq.parked")).singleElement().satisfies(record -> assertThat(headers(record))
                    .anySatisfy(header -> assertThat(header).contains("its headers do not contain")));
        });
        requireThatAMissingStateIsRefused();
        worker.rest().delete("others");
    }

    /** Also that the remedy of the message works. */
    private static void requireThatAMissingStateIsRefused() throws Exception {
        worker.rest().stop("others");
        admin.deleteTopics(List.of("others.state")).all().get();
        await().atMost(TIME_TO_ACT)
                .untilAsserted(
                        () -> assertThat(admin.listTopics().names().get()).doesNotContain("others.state"));
        worker.rest().resume("others");
        await().atMost(TIME_TO_ACT).ignoreException(ConnectRestException.class).untilAsserted(() -> assertThat(
                        worker.rest().status("others").at("/connector/trace").asText())
                .contains(
                        "Expected the topic others.state, which does not exist", "DELETE /connectors/others/offsets"));
        worker.rest().stop("others");
        worker.rest().deleteOffsets("others");
        worker.rest().resume("others");
        worker.rest().awaitRunning("others", TIME_TO_ACT);
    }

    private static void sendSpringLetter(int number, String reason) throws Exception {
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>("others.dlq", number % 2, bytes("k" + number), bytes(String.valueOf(number)));
        letter.headers().add("kafka_dlt-original-topic", bytes("payments"));
        letter.headers()
                .add(
                        "kafka_dlt-original-partition",
                        ByteBuffer.allocate(4).putInt(number % 3).array());
        letter.headers()
                .add(
                        "kafka_dlt-original-offset",
                        ByteBuffer.allocate(8).putLong(number).array());
        letter.headers().add("kafka_dlt-original-consumer-group", bytes("billing"));
        letter.headers().add("kafka_dlt-exception-message", bytes(reason));
        producer.send(letter).get();
    }

    @Test
    void runsWithTheConfigurationThatTheProjectShips() throws Exception {
        worker.rest().post((ObjectNode) JSON.readTree(
                Path.of("../../connect-configs/16-renewals-redrive.json").toFile()));
        await().atMost(TIME_TO_ACT).ignoreException(ConnectRestException.class).untilAsserted(() -> assertThat(
                        worker.rest()
                                .status("renewals-redrive")
                                .at("/connector/state")
                                .asText())
                .isEqualTo("RUNNING"));
        assertThat(admin.listTopics().names().get()).contains("renewals-redrive.state");
        worker.rest().delete("renewals-redrive");
    }

    @Test
    void stopsIfTheTargetDoesNotExistAndIsRefusedWithTheReason() throws Exception {
        create("lost.dlq", 1);
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>("lost.dlq", 0, bytes("k"), bytes("v"));
        letter.headers().add("millrace.redrive.origin", bytes("lost-0@1"));
        letter.headers().add("__connect.errors.connector.name", bytes("lost"));
        producer.send(letter).get();
        worker.rest().post(connector("lost", "lost.dlq", Map.of("backoff", "0s")));
        await().atMost(TIME_TO_ACT).ignoreException(ConnectRestException.class).untilAsserted(() -> {
            JsonNode task = worker.rest().status("lost").at("/tasks/0");
            assertThat(task.path("state").asText()).isEqualTo("FAILED");
            assertThat(task.path("trace").asText())
                    .contains("lost.dlq-0@0", "expected the topic lost.retry, which does not exist");
        });
        worker.rest().delete("lost");

        assertThatThrownBy(() ->
                        worker.rest().post(connector("refused", "lost.dlq", Map.of("transaction.boundary", "poll"))))
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining("transaction.boundary: expected connector, found poll");
        create("two.state", 2);
        assertThatThrownBy(
                        () -> worker.rest().post(connector("refused", "lost.dlq", Map.of("state.topic", "two.state"))))
                .hasMessageContaining("Expected one partition of two.state, found 2");
    }

    private static ObjectNode connector(String name, String queue, Map<String, String> more) {
        ObjectNode body = JSON.createObjectNode().put("name", name);
        String bytes = "org.apache.kafka.connect.converters.ByteArrayConverter";
        ObjectNode config = body.putObject("config")
                .put("connector.class", RedriveSourceConnector.class.getName())
                .put("tasks.max", "1")
                .put("exactly.once.support", "required")
                .put("transaction.boundary", "connector")
                .put("kafka.bootstrap.servers", broker.bootstrapServers())
                .put("letters.topics", queue)
                .put("letters.refresh.interval.ms", "500")
                .put("key.converter", bytes)
                .put("value.converter", bytes)
                .put("header.converter", bytes);
        more.forEach(config::put);
        return body;
    }

    private static void create(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
    }

    private static void send(String topic, int partition, String key, String value) throws Exception {
        producer.send(new ProducerRecord<>(topic, partition, bytes(key), bytes(value)))
                .get();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private static List<String> headers(ConsumerRecord<byte[], byte[]> record) {
        List<String> texts = new ArrayList<>();
        record.headers().forEach(header -> texts.add(header.key() + "=" + text(header.value())));
        return texts;
    }

    private static List<String> rows(Statement sql, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (ResultSet row = sql.executeQuery(query)) {
            int columns = row.getMetaData().getColumnCount();
            while (row.next()) {
                StringBuilder text = new StringBuilder();
                for (int i = 1; i <= columns; i++) {
                    text.append(i == 1 ? "" : " ").append(row.getString(i));
                }
                rows.add(text.toString());
            }
        }
        return rows;
    }

    /** Every committed record of a topic. */
    private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
