package io.millrace.connectors.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.topic.faults.RawChange;
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
import java.util.HashMap;
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
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A broker and a worker with the plugins, and topics with changes as Debezium's connector for MySQL writes them, in JSON. */
final class RawTopics implements AutoCloseable {
    static final Duration TIME_TO_ACT = Duration.ofMinutes(2);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));

    private final KafkaBroker broker;
    private final ConnectWorker worker;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    RawTopics() {
        Installation installation = Installation.locate();
        Path directory = ServerDirectories.newDirectory("topic-source");
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

    /** Creates topics, of one partition each. */
    void create(String... topics) throws InterruptedException, ExecutionException {
        for (String topic : topics) {
            create(topic, 1);
        }
    }

    void create(String topic, int partitions) throws InterruptedException, ExecutionException {
        // The records have timestamps of 1970, and the broker would delete them half a minute after its start.
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(Map.of("retention.ms", "-1"))))
                .all()
                .get();
    }

    /** A connector's file. */
    static ObjectNode readFile(Path file) throws IOException {
        return (ObjectNode) JSON.readTree(file.toFile());
    }

    /** Deletes a topic, and creates it again when it is gone. */
    void createAgain(String topic) throws InterruptedException, ExecutionException {
        admin.deleteTopics(Set.of(topic)).all().get();
        await().atMost(TIME_TO_ACT)
                .until(() -> !admin.listTopics().names().get().contains(topic));
        create(topic);
    }

    /** A change of the table {@code shop.orders}: the order is created if its status is {@code NEW}, otherwise updated. */
    static String change(int id, String status) {
        return RawChange.of(id, status);
    }

    /** Writes a record without a transaction, and returns where it is. */
    RecordMetadata send(String topic, int partition, @Nullable String value) {
        return send(new ProducerRecord<>(
                topic,
                partition,
                1_000_000L,
                "{\"id\":1}".getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8)));
    }

    RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes records in a transaction that is aborted. */
    void sendAborted(String topic, int partition, String... values) throws InterruptedException, ExecutionException {
        try (KafkaProducer<byte[], byte[]> aborted = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers(), "transactional.id", "aborted-" + topic),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            aborted.initTransactions();
            aborted.beginTransaction();
            for (String value : values) {
                aborted.send(new ProducerRecord<>(topic, partition, null, value.getBytes(UTF_8)))
                        .get();
            }
            aborted.abortTransaction();
        }
    }

    /** The options of a connector that makes an event of each paid order. */
    ObjectNode connector(String name, String topics) {
        ObjectNode body = JSON.createObjectNode().put("name", name);
        body.putObject("config")
                .put("connector.class", TopicSourceConnector.class.getName())
                .put("tasks.max", "2")
                .put("exactly.once.support", "required")
                .put("kafka.bootstrap.servers", brokers())
                .put("source.topics", topics)
                .put("source.key.converter", "org.apache.kafka.connect.json.JsonConverter")
                .put("source.key.converter.schemas.enable", "false")
                .put("source.value.converter", "io.millrace.converters.StreamingJsonConverter")
                .put("source.value.converter.schemas.enable", "false")
                .put("source.refresh.interval.ms", "500")
                .put("heartbeat.interval.ms", "500")
                .put("key.converter", "org.apache.kafka.connect.storage.StringConverter")
                .put("value.converter", "org.apache.kafka.connect.json.JsonConverter")
                .put("value.converter.schemas.enable", "false")
                .put("header.converter", "org.apache.kafka.connect.storage.StringConverter")
                .put("transforms", "event")
                .put("transforms.event.type", "io.millrace.transforms.ToOfficialEvent")
                .put(
                        "transforms.event.table.1",
                        "shop.orders; key: order_id: int64 = row.id; fields: order_id: int64 = row.id")
                .put(
                        "transforms.event.rule.1",
                        "OrderPaid; table: shop.orders; on: update; when: after.status == 'PAID'; topic: " + name
                                + ".events");
        return body;
    }

    static ObjectNode config(ObjectNode body) {
        return (ObjectNode) body.path("config");
    }

    /** Waits until a task has failed, and returns the trace. */
    String awaitFailure(String connector) {
        String[] trace = new String[1];
        // A connector that was just posted has no status yet.
        await().atMost(TIME_TO_ACT).ignoreException(ConnectRestException.class).until(() -> {
            for (JsonNode task : rest().status(connector).path("tasks")) {
                if (task.path("state").asText().equals("FAILED")) {
                    trace[0] = task.path("trace").asText();
                    return true;
                }
            }
            return false;
        });
        return trace[0];
    }

    /** The committed offset of each partition; none for partitions without one. */
    Map<TopicPartition, Long> offsets(String connector) throws IOException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (JsonNode entry : rest().offsets(connector).path("offsets")) {
            JsonNode partition = entry.path("partition");
            offsets.put(
                    new TopicPartition(
                            partition.path("kafka_topic").asText(),
                            partition.path("kafka_partition").asInt()),
                    entry.path("offset").path("kafka_offset").asLong());
        }
        return offsets;
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

    /** The texts of a header of each record. */
    static List<String> headers(List<ConsumerRecord<byte[], byte[]>> records, String name) {
        return records.stream()
                .map(record -> new String(record.headers().lastHeader(name).value(), UTF_8))
                .toList();
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        admin.close(Duration.ZERO);
        worker.close();
        broker.close();
    }
}
