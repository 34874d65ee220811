package io.millrace.connectors.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.clients.spooling.SpoolingProducer;
import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolFormat;
import io.millrace.spool.SpoolKey;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpoolStore;
import io.millrace.spool.SpooledHeader;
import io.millrace.spool.SpooledRecord;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.S3Server;
import io.millrace.testing.servers.ServerDirectories;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Producer, spool in S3 and connector together, with a broker that hangs and a worker that is killed. */
class SpoolSourceIT {
    private static final Duration TIME_TO_ACT = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));
    private static final int KEYS = 25;

    private static KafkaBroker broker;
    private static S3Server s3;
    private static ConnectWorker worker;

    @BeforeAll
    static void startServers() throws Exception {
        Installation installation = Installation.locate();
        Path directory = ServerDirectories.newDirectory("spool-source");
        broker = KafkaBroker.start(
                installation, directory.resolve("kafka"), Map.of("auto.create.topics.enable", "false"));
        s3 = S3Server.start(installation, directory.resolve("s3"), "spool");
        worker = ConnectWorker.start(
                installation,
                List.of(PLUGINS),
                directory.resolve("connect"),
                broker,
                Map.of("connector.client.config.override.policy", "All"),
                Map.of());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("events", 3, (short) 1), new NewTopic("crafted", 2, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stopServers() {
        for (AutoCloseable server : new AutoCloseable[] {worker, s3, broker}) {
            try {
                if (server != null) {
                    server.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * The broker hangs for longer than producers wait, and goes on with requests in its buffers; the worker is killed while it recovers. In
     * the end Kafka has every event once, each key in its order, with all of its headers, and the producer is direct again.
     */
    @Test
    void bringsEveryEventOfAnOutageToKafkaOnceAndInOrder() throws Exception {
        worker.rest().post(connector("outage", Map.of("recover.delay.ms", "3000", "max.poll.records", "200")));
        worker.rest().awaitRunning("outage", TIME_TO_ACT);
        Map<String, Future<RecordMetadata>> answers = new LinkedHashMap<>();
        try (SpoolingProducer<String, String> producer = new SpoolingProducer<>(
                        producerConfigs("outage"), new StringSerializer(), new StringSerializer());
                SpoolStore store = SpoolStore.open(storeConfigs("outage"))) {
            sendFor(producer, answers, 500);
            producer.flush();
            broker.suspend();
            sendFor(producer, answers, 4_000);
            broker.resume();
            worker.kill();
            worker.restart();
            assertThat(store.list().incarnations()).hasSize(1);
            // With traffic, as a service has it.
            sendUntil(producer, answers, () -> isEmpty(store));
            sendFor(producer, answers, 300);
            producer.flush();
            sendUntil(producer, answers, () -> isEmpty(store));
        }
        // The producer was closed, so that its last records may be in the spool, and nothing at all is left when they
        // are recovered.
        try (SpoolStore store = SpoolStore.open(storeConfigs("outage"))) {
            await().atMost(TIME_TO_ACT)
                    .untilAsserted(() -> assertThat(store.list().incarnations()).isEmpty());
        }
        long spooled = 0;
        for (Future<RecordMetadata> answer : answers.values()) {
            spooled += answer.get(0, TimeUnit.SECONDS).hasOffset() ? 0 : 1;
        }
        assertThat(spooled).isGreaterThan(100);

        Map<String, List<String>> byKey = new HashMap<>();
        Set<String> all = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : read("events")) {
            String id = text(record.headers().lastHeader("ce_id").value());
            assertThat(all.add(id)).as("repeated: %s", id).isTrue();
            String key = text(record.key());
            byKey.computeIfAbsent(key, missing -> new ArrayList<>()).add(id);
            assertThat(record.headers().headers("tag"))
                    .extracting(Header::value)
                    .containsExactly(bytes("one"), null, bytes(id));
            assertThat(text(record.value())).isEqualTo("value of " + id);
        }
        assertThat(all).containsExactlyInAnyOrderElementsOf(answers.keySet());
        byKey.forEach((key, ids) -> assertThat(ids)
                .as(key)
                .containsExactlyElementsOf(answers.keySet().stream()
                        .filter(id -> id.startsWith(key + ":"))
                        .toList()));
        worker.rest().delete("outage");
    }

    private static boolean isEmpty(SpoolStore store) {
        return store.list().incarnations().values().stream()
                .allMatch(waiting -> waiting.objects().isEmpty());
    }

    private static void sendFor(
            SpoolingProducer<String, String> producer, Map<String, Future<RecordMetadata>> answers, long ms)
            throws InterruptedException {
        long begin = System.nanoTime();
        sendUntil(
                producer,
                answers,
                () -> System.nanoTime() - begin > Duration.ofMillis(ms).toNanos());
    }

    private static void sendUntil(
            SpoolingProducer<String, String> producer,
            Map<String, Future<RecordMetadata>> answers,
            BooleanSupplier isOver)
            throws InterruptedException {
        long begin = System.nanoTime();
        while (!isOver.getAsBoolean()) {
            assertThat(System.nanoTime() - begin).isLessThan(TIME_TO_ACT.toNanos());
            String key = "k" + answers.size() % KEYS;
            String id = key + ":" + answers.size();
            ProducerRecord<String, String> record = new ProducerRecord<>("events", key, "value of " + id);
            record.headers()
                    .add("tag", bytes("one"))
                    .add("ce_id", bytes(id))
                    .add("tag", null)
                    .add("tag", bytes(id));
            answers.put(id, producer.send(record));
            Thread.sleep(5);
        }
    }

    /** Records that a producer's attempt has written, or not, beside others; then objects that cannot be recovered. */
    @Test
    void leavesOutWhatTheLogHasAndStopsAtWhatItCannotRecover() throws Exception {
        Incarnation writer = new Incarnation("crafted", "00000000000000000000000000000001");
        try (SpoolStore store = SpoolStore.open(storeConfigs("crafted"))) {
            long offset = sendCrafted("before", 1);
            sendCrafted("written", 1);
            sendCrafted("twice", 1);
            put(store, writer, 1, new SpooledRecord[] {
                crafted("written", true, 1, offset),
                crafted("unwritten", true, 1, offset),
                crafted("twice", true, 1, offset),
                crafted("twice", true, 1, offset),
                // In a log below the floor, it is another event of this id.
                crafted("before", true, 1, offset),
                // There is no floor; the time is that of the record.
                crafted("written", true, 1, -1),
                crafted("certain", false, null, -1),
                new SpooledRecord(false, "crafted", 0, 12_345, 12_345, -1, "tombstone", bytes("k"), null, List.of())
            });
            worker.rest().post(connector("crafted", Map.of("recover.delay.ms", "0")));
            await().atMost(TIME_TO_ACT)
                    .untilAsserted(() -> assertThat(isEmpty(store)).isTrue());
            List<ConsumerRecord<byte[], byte[]>> records = read("crafted");
            assertThat(records.stream()
                            .filter(record -> record.partition() == 1 && record.value() != null)
                            .map(record -> text(record.value()))
                            .filter(value -> !value.equals("certain")))
                    .containsExactly("before", "written", "twice", "unwritten", "twice", "before", "written");
            assertThat(records)
                    .anySatisfy(record -> assertThat(text(record.value())).isEqualTo("certain"));
            assertThat(records).anySatisfy(record -> {
                assertThat(record.value()).isNull();
                assertThat(record.partition()).isZero();
                assertThat(record.timestamp()).isEqualTo(12_345);
            });
            assertThat(store.readRecovered(writer).join()).isOne();

            worker.rest().stop("crafted");
            recoversWhatIsBeforeAnObjectThatCannotBeRecovered(store, writer);
            executesEachRemedy(store, writer);
            skipsWhatIsCorrupt(store, writer);
        }
        worker.rest().delete("crafted");
        assertThatThrownBy(() -> worker.rest()
                        .post(connector(
                                "refused",
                                Map.of("value.converter", "org.apache.kafka.connect.storage.StringConverter"))))
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining(
                        "value.converter: expected org.apache.kafka.connect.converters.ByteArrayConverter");
    }

    /** Of another producer, and of the same one. */
    private static void recoversWhatIsBeforeAnObjectThatCannotBeRecovered(SpoolStore store, Incarnation writer)
            throws Exception {
        put(store, new Incarnation("another", writer.id()), 1, crafted("independent", false, 1, -1));
        put(store, writer, 2, crafted("in front", false, 1, -1));
        put(store, writer, 3, uncreated("no-topic-yet"));
        worker.rest().resume("crafted");
        awaitFailure("crafted", "object 3 of " + writer + ": 1 records: expected the topic no-topic-yet");
        assertThat(read("crafted").stream().map(record -> text(record.value()))).contains("independent", "in front");
    }

    /** The task has failed at an object whose topic does not exist. */
    private static void executesEachRemedy(SpoolStore store, Incarnation writer) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("no-topic-yet", 1, (short) 1)))
                    .all()
                    .get();
        }
        put(store, writer, 4, uncreated("never-a-topic"));
        restartUntilFailure("object 4 of " + writer + ": 1 records: expected the topic never-a-topic");
        assertThat(read("no-topic-yet")).hasSize(1);

        byte[] right = object(writer, 5, 4, crafted("put right", false, 1, -1));
        SpoolKey damaged = SpoolKey.of(writer, 5, right);
        store.put(damaged, bytes("garbage")).join();
        worker.rest().stop("crafted");
        worker.rest().patchOffsets("crafted", offsets(writer, 4));
        worker.rest().resume("crafted");
        awaitFailure("crafted", SpoolStore.nameOf(damaged) + ": its bytes do not have the hash in its name");
        store.put(damaged, right).join();

        put(store, writer, 7, crafted("behind a hole", false, 1, -1));
        restartUntilFailure("Expected object 6 of " + writer + " before 7");
        put(store, writer, 6, crafted("brought back", false, 1, -1));
        worker.rest().restart("crafted");
        await().atMost(TIME_TO_ACT)
                .untilAsserted(() -> assertThat(isEmpty(store)).isTrue());
        assertThat(read("crafted").stream().map(record -> text(record.value())))
                .containsSubsequence("in front", "put right", "brought back", "behind a hole")
                .containsOnlyOnce("in front", "put right", "brought back", "behind a hole");
    }

    private static void skipsWhatIsCorrupt(SpoolStore store, Incarnation writer) throws Exception {
        byte[] garbage = bytes("garbage");
        SpoolKey corrupt = SpoolKey.of(writer, 8, garbage);
        store.put(corrupt, garbage).join();
        put(store, writer, 9, crafted("after", false, 1, -1));
        awaitFailure("crafted", SpoolStore.nameOf(corrupt));
        ObjectNode skipping = (ObjectNode) connector("crafted", Map.of("recover.delay.ms", "0", "on.corrupt", "skip"))
                .get("config");
        worker.rest().put("crafted", skipping);
        await().atMost(TIME_TO_ACT)
                .untilAsserted(() -> assertThat(isEmpty(store)).isTrue());
        assertThat(read("crafted"))
                .anySatisfy(record -> assertThat(record.value()).isEqualTo(bytes("after")));
        assertThat(store.list().refused()).singleElement().satisfies(entry -> assertThat(entry.key())
                .isEqualTo(corrupt));
    }

    private static SpooledRecord uncreated(String topic) {
        return new SpooledRecord(false, topic, null, 1, 1, -1, "lost", null, bytes("v"), List.of());
    }

    private static void restartUntilFailure(String reason) throws Exception {
        worker.rest().restart("crafted");
        awaitFailure("crafted", reason);
    }

    private static void awaitFailure(String connector, String reason) {
        await().atMost(TIME_TO_ACT).ignoreException(ConnectRestException.class).untilAsserted(() -> {
            JsonNode task = worker.rest().status(connector).at("/tasks/0");
            assertThat(task.path("state").asText()).isEqualTo("FAILED");
            assertThat(task.path("trace").asText()).contains(reason);
        });
    }

    private static SpooledRecord crafted(String id, boolean ambiguous, Integer partition, long floor) {
        long now = System.currentTimeMillis();
        return new SpooledRecord(
                ambiguous,
                "crafted",
                partition,
                now,
                now,
                floor,
                id,
                bytes("k"),
                bytes(id),
                List.of(new SpooledHeader("ce_id", bytes(id))));
    }

    private static long sendCrafted(String id, int partition) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("crafted", partition, bytes("k"), bytes(id));
            record.headers().add("ce_id", bytes(id));
            return producer.send(record).get().offset();
        }
    }

    private static void put(SpoolStore store, Incarnation writer, long sequence, SpooledRecord... records) {
        byte[] bytes = object(writer, sequence, sequence - 1, records);
        store.put(SpoolKey.of(writer, sequence, bytes), bytes).join();
    }

    private static byte[] object(Incarnation writer, long sequence, long previous, SpooledRecord... records) {
        return SpoolFormat.write(new SpoolObject(writer, sequence, previous, 1, "ce_id", List.of(records)));
    }

    private static ObjectNode offsets(Incarnation writer, long sequence) {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode entry = body.putArray("offsets").addObject();
        entry.putObject("partition")
                .put("spool", "s3://spool/crafted")
                .put("writer", writer.writer())
                .put("incarnation", writer.id());
        entry.putObject("offset").put("sequence", sequence).put("index", 0);
        return body;
    }

    private static ObjectNode connector(String name, Map<String, String> more) {
        ObjectNode body = JSON.createObjectNode().put("name", name);
        String bytes = "org.apache.kafka.connect.converters.ByteArrayConverter";
        ObjectNode config = body.putObject("config")
                .put("connector.class", SpoolSourceConnector.class.getName())
                .put("tasks.max", "1")
                .put("exactly.once.support", "required")
                .put("kafka.bootstrap.servers", broker.bootstrapServers())
                .put("key.converter", bytes)
                .put("value.converter", bytes)
                .put("header.converter", bytes);
        storeConfigs(name).forEach((option, value) -> config.put(option, value.toString()));
        more.forEach(config::put);
        return body;
    }

    private static Map<String, Object> producerConfigs(String prefix) {
        Map<String, Object> configs = storeConfigs(prefix);
        configs.put("bootstrap.servers", broker.bootstrapServers());
        configs.put("spool.after.ms", 2_000L);
        return configs;
    }

    private static Map<String, Object> storeConfigs(String prefix) {
        return new HashMap<>(Map.of(
                "spool.store", "s3://spool/" + prefix,
                "payload.s3.endpoint", s3.endpoint(),
                "payload.s3.path.style", "true",
                "payload.s3.access.key.id", s3.accessKeyId(),
                "payload.s3.secret.access.key", s3.secretAccessKey()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, UTF_8);
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
