package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A broker and a worker with the plugin, and the topics of connectors: {@code NAME.requests} and those that begin like it. */
final class ScheduleTopics implements AutoCloseable {
    static final Duration TIME_TO_ACT = Duration.ofMinutes(2);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));

    private final Path directory;
    private final KafkaBroker broker;
    private final ConnectWorker worker;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    ScheduleTopics() {
        Installation installation = Installation.locate();
        directory = ServerDirectories.newDirectory("schedule-source");
        broker = KafkaBroker.start(
                installation, directory.resolve("kafka"), Map.of("auto.create.topics.enable", "false"));
        worker = ConnectWorker.start(
                installation,
                List.of(PLUGINS),
                directory.resolve("connect"),
                broker,
                Map.of(),
                Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()));
        admin = Admin.create(Map.of("bootstrap.servers", brokers()));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    String brokers() {
        return broker.bootstrapServers();
    }

    Admin admin() {
        return admin;
    }

    ConnectRest rest() {
        return worker.rest();
    }

    ConnectWorker worker() {
        return worker;
    }

    /** Another worker, with topics of its own. */
    ConnectWorker startWorkerWithoutTransactions() {
        return ConnectWorker.start(
                Installation.locate(),
                List.of(PLUGINS),
                directory.resolve("without-transactions"),
                broker,
                Map.of(
                        "exactly.once.source.support", "disabled",
                        "group.id", "without-transactions",
                        "config.storage.topic", "without-transactions-configs",
                        "offset.storage.topic", "without-transactions-offsets",
                        "status.storage.topic", "without-transactions-status"),
                Map.of("KAFKA_BOOTSTRAP_SERVERS", brokers()));
    }

    /** Creates a topic. */
    void create(String topic, int partitions) throws InterruptedException, ExecutionException {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
    }

    /** Creates the topics of commands, replies and messages, and returns the body of the connector. */
    ObjectNode prepare(String name, int partitions) throws InterruptedException, ExecutionException {
        create(name + ".requests", partitions);
        create(name + ".replies", 1);
        create(name + ".out", 1);
        ObjectNode body = JSON.createObjectNode().put("name", name);
        body.putObject("config")
                .put("connector.class", ScheduleSourceConnector.class.getName())
                .put("tasks.max", "2")
                .put("exactly.once.support", "required")
                .put("transaction.boundary", "connector")
                .put("key.converter", BYTES)
                .put("value.converter", BYTES)
                .put("header.converter", BYTES)
                .put("kafka.bootstrap.servers", brokers())
                .put("requests.topic", name + ".requests")
                .put("schedules.topic", name + ".schedules")
                .put("replies.topic", name + ".replies")
                .put("targets", name.replace(".", "\\.") + "\\.(out|missing|schedules)")
                .put("past.due.tolerance.ms", "1000");
        return body;
    }

    /** A connector's file. */
    static ObjectNode readFile(Path file) throws IOException {
        return (ObjectNode) JSON.readTree(file.toFile());
    }

    static ObjectNode config(ObjectNode body) {
        return (ObjectNode) body.path("config");
    }

    /**
     * Writes a command with the target {@code NAME.out}, if it is not a cancel.
     *
     * @param value the payload; null for a cancel
     * @param headers names and values in turn
     */
    void send(String name, int partition, String id, @Nullable String value, String... headers) {
        ProducerRecord<byte[], byte[]> command = new ProducerRecord<>(
                name + ".requests", partition, id.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8));
        boolean hasTarget = false;
        for (int i = 0; i < headers.length; i += 2) {
            command.headers().add(headers[i], headers[i + 1].getBytes(UTF_8));
            hasTarget |= headers[i].equals("schedule-topic");
        }
        if (value != null && !hasTarget) {
            command.headers().add("schedule-topic", (name + ".out").getBytes(UTF_8));
        }
        send(command);
    }

    void send(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until a topic has this number of committed records, and returns them. */
    List<ConsumerRecord<byte[], byte[]>> awaitRecords(String topic, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        await(topic).atMost(TIME_TO_ACT).until(() -> {
            records.clear();
            records.addAll(read(topic));
            return records.size() >= count;
        });
        return records;
    }

    /** Waits until there is a reply to each of this number of commands and skips, and returns them as {@code id:word}. */
    List<String> awaitReplies(String name, int count) {
        return awaitRecords(name + ".replies", count).stream()
                .map(reply -> text(reply.key()) + ":" + text(reply.value()))
                .toList();
    }

    /** A producer with an open transaction. */
    KafkaProducer<byte[], byte[]> openTransaction(String id) {
        KafkaProducer<byte[], byte[]> open = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers(), "transactional.id", id),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        open.initTransactions();
        open.beginTransaction();
        return open;
    }

    /** Stops the connector; returns when its tasks are gone. */
    void stop(String connector) throws IOException {
        rest().stop(connector);
        await().atMost(TIME_TO_ACT)
                .until(() -> rest().status(connector).path("tasks").isEmpty());
    }

    /** Waits until the connector or a task has failed with a trace that contains this, and returns the trace. */
    String awaitFailure(String connector, String part) {
        String[] trace = new String[1];
        // A connector that was just posted has no status yet.
        await().atMost(TIME_TO_ACT).ignoreException(ConnectRestException.class).until(() -> {
            JsonNode status = rest().status(connector);
            List<JsonNode> parts = new ArrayList<>(List.of(status.path("connector")));
            status.path("tasks").forEach(parts::add);
            return parts.stream()
                    .filter(failed -> failed.path("state").asText().equals("FAILED"))
                    .map(failed -> failed.path("trace").asText())
                    .filter(text -> text.contains(part))
                    .peek(text -> trace[0] = text)
                    .findAny()
                    .isPresent();
        });
        return trace[0];
    }

    /** Every committed record of a topic; none if it does not exist. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) throws InterruptedException, ExecutionException {
        List<TopicPartition> partitions;
        try {
            partitions = admin.describeTopics(Set.of(topic)).allTopicNames().get().get(topic).partitions().stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return List.of();
            }
            throw e;
        }
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    /** The text of a header; null if the record does not have it. */
    static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? null : text(header.value());
    }

    static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, UTF_8);
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        admin.close(Duration.ZERO);
        worker.close();
        broker.close();
    }
}
