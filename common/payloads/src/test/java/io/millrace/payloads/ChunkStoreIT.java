package io.millrace.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Payloads as chunks on a real broker: every reference that was given out leads to the right bytes, or to a clear no. */
class ChunkStoreIT {
    private static final int CHUNK = 128 * 1024;
    private static KafkaBroker broker;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("chunks"), Map.of());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void keepsPayloadsOfEverySizeAroundTheBoundaries() {
        Random random = new Random(Seeds.next());
        int[] sizes = {
            0,
            1,
            CHUNK - 1,
            CHUNK,
            CHUNK + 1,
            2 * CHUNK - 1,
            2 * CHUNK,
            2 * CHUNK + 1,
            17 * CHUNK + random.nextInt(CHUNK),
            64 * 1024 * 1024 - 1,
            64 * 1024 * 1024
        };
        try (PayloadWriter writer = writer("sizes", Map.of());
                PayloadReader reader = reader("sizes", Map.of())) {
            for (int size : sizes) {
                byte[] payload = bytes(random, size);
                PayloadReference reference = writer.writeNow("events", payload, null);
                assertThat(reference.uri()).startsWith("kafka:sizes/");
                assertThat(Arrays.equals(reader.readNow(reference), payload))
                        .as("a payload of %s bytes comes back", size)
                        .isTrue();
            }
        }
    }

    @Test
    void keepsPayloadsOfSeveralWritersApartOnOnePartition() throws Exception {
        long seed = Seeds.next();
        create("shared", 1, Map.of());
        Map<PayloadReference, byte[]> written = new LinkedHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Map<PayloadReference, byte[]>>> writers = IntStream.range(0, 3)
                    .mapToObj(number -> threads.submit(() -> writeMany("shared", new Random(seed + number), 60)))
                    .toList();
            Future<?> transactions = threads.submit(() -> abortTransactions("shared", new Random(seed - 1), 40));
            for (Future<Map<PayloadReference, byte[]>> writer : writers) {
                written.putAll(writer.get());
            }
            transactions.get();
        } finally {
            threads.shutdownNow();
        }

        assertThat(written).hasSizeGreaterThan(150);
        assertThat(interleaved(written.keySet().stream().toList()))
                .as("payloads of several writers lie between each other")
                .isPositive();
        assertResolve("shared", written);
        List<PayloadReference> shuffled = new ArrayList<>(written.keySet());
        Collections.shuffle(shuffled, new Random(seed));
        Map<PayloadReference, byte[]> inAnyOrder = new LinkedHashMap<>();
        shuffled.forEach(reference -> inAnyOrder.put(reference, written.get(reference)));
        assertResolve("shared", inAnyOrder);
    }

    @Test
    void everyReferenceResolvesAfterTheBrokerWasKilled() throws Exception {
        Random random = new Random(Seeds.next());
        Map<PayloadReference, byte[]> written = new LinkedHashMap<>();
        try (PayloadWriter writer = writer("killed", Map.of("payload.retry.timeout.ms", 120_000L));
                PayloadReader reader = reader("killed", Map.of("payload.retry.timeout.ms", 120_000L))) {
            Map<CompletableFuture<PayloadReference>, byte[]> pending = new LinkedHashMap<>();
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 30; i++) {
                    byte[] payload = bytes(random, random.nextInt(12 * CHUNK));
                    pending.put(writer.write("events", payload, null), payload);
                    if (i == 15) {
                        pending.keySet().iterator().next().get(60, TimeUnit.SECONDS);
                        broker.kill();
                    }
                }
                PayloadReference known = pending.keySet().iterator().next().get();
                CompletableFuture<byte[]> reading = reader.read(known);
                broker.restart();
                for (Map.Entry<CompletableFuture<PayloadReference>, byte[]> each : pending.entrySet()) {
                    written.put(each.getKey().get(180, TimeUnit.SECONDS), each.getValue());
                }
                assertThat(reading.get(60, TimeUnit.SECONDS)).isEqualTo(written.get(known));
            }
            assertThat(written).hasSize(60);
            assertResolve("killed", written);
        }
    }

    @Test
    void aBrokerThatIsAwayFailsAPayloadInTimeAndNotForGood() {
        try (KafkaBroker other =
                        KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("away"), Map.of());
                PayloadWriter writer = writer(
                        "away",
                        Map.of(
                                "payload.kafka.bootstrap.servers",
                                other.bootstrapServers(),
                                "payload.kafka.delivery.timeout.ms",
                                3_000,
                                "payload.kafka.request.timeout.ms",
                                1_000,
                                "payload.kafka.max.block.ms",
                                1_000,
                                "payload.retry.timeout.ms",
                                0L))) {
            byte[] payload = bytes(new Random(1), 3 * CHUNK);
            writer.writeNow("events", payload, null);
            other.kill();

            assertThatThrownBy(() -> writer.write("other", payload, null).get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnavailableStoreException.class)
                    .hasMessageContaining("kafka:away");

            other.restart();
            assertThat(writer.writeNow("another", payload, null).uri()).startsWith("kafka:away/");
        }
    }

    @Test
    void whatRetentionDeletedIsMissing() throws Exception {
        create("expired", 1, Map.of());
        byte[] payload = bytes(new Random(2), 3 * CHUNK);
        try (PayloadWriter writer = writer("expired", Map.of());
                PayloadReader reader = reader("expired", Map.of())) {
            PayloadReference first = writer.writeNow("one", payload, null);
            PayloadReference second = writer.writeNow("two", payload, null);
            assertThat(reader.readNow(second)).isEqualTo(payload);
            try (Admin admin = admin()) {
                admin.deleteRecords(Map.of(
                                new TopicPartition("expired", 0), RecordsToDelete.beforeOffset(offset(first) + 1)))
                        .all()
                        .get();
            }
            assertThatThrownBy(() -> reader.readNow(first))
                    .isInstanceOf(MissingPayloadException.class)
                    .hasMessageContaining(first.uri());
            assertThat(reader.readNow(second)).isEqualTo(payload);
        }
    }

    @Test
    void whatIsNotWhereAReferenceLeadsIsNotGivenOut() throws Exception {
        create("forged", 1, Map.of());
        Random random = new Random(3);
        byte[] payload = bytes(random, 3 * CHUNK);
        try (PayloadWriter writer = writer("forged", Map.of());
                PayloadReader reader = reader("forged", Map.of())) {
            PayloadReference one = writer.writeNow("events", payload, null);
            PayloadReference two = writer.writeNow("events", bytes(random, 3 * CHUNK), null);
            long first = offset(one);

            assertCorrupt(reader, one, "kafka:forged/0/" + (first + 1) + "-" + (first + 3));
            assertCorrupt(reader, one, "kafka:forged/0/" + first + "-" + (first + 2));
            assertCorrupt(reader, one, "kafka:forged/0/" + first + "-" + (first + 4));
            assertCorrupt(reader, one, two.uri());
            assertCorrupt(reader, one, "kafka:forged/0/" + first + "-" + (first + 1000));
            assertMissing(reader, one, "kafka:forged/0/100000-100003");
            assertMissing(reader, one, "kafka:forged/7/0-3");
            assertThatThrownBy(() -> reader.readNow(at(one, "kafka:elsewhere/0/0-3")))
                    .isInstanceOf(PayloadException.class)
                    .hasMessageContaining("outside");
            assertThat(reader.readNow(one)).isEqualTo(payload);
        }
    }

    @Test
    void aTopicThatIsMadeKeepsChunksAsConfigured() throws Exception {
        try (PayloadWriter writer = writer(
                "made",
                Map.of(
                        "payload.chunk.partitions",
                        3,
                        "payload.chunk.bytes",
                        2 * 1024 * 1024,
                        "payload.chunk.retention.ms",
                        3_600_000L))) {
            writer.writeNow("events", bytes(new Random(4), 5 * 1024 * 1024), null);
        }
        try (Admin admin = admin()) {
            assertThat(admin.describeTopics(List.of("made"))
                            .allTopicNames()
                            .get()
                            .get("made")
                            .partitions())
                    .hasSize(3);
            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "made");
            var config = admin.describeConfigs(List.of(topic)).all().get().get(topic);
            assertThat(config.get("cleanup.policy").value()).isEqualTo("delete");
            assertThat(config.get("compression.type").value()).isEqualTo("producer");
            assertThat(config.get("retention.ms").value()).isEqualTo("3600000");
            assertThat(Integer.parseInt(config.get("max.message.bytes").value()))
                    .isGreaterThan(2 * 1024 * 1024);
        }
    }

    @Test
    void aTopicThatWouldLoseOrNotTakeChunksIsRefused() throws Exception {
        assertRefused("compacted", Map.of("cleanup.policy", "compact"), "cleanup.policy");
        assertRefused("both", Map.of("cleanup.policy", "compact,delete"), "cleanup.policy");
        assertRefused("narrow", Map.of("max.message.bytes", "131072"), "max.message.bytes");
        assertRefused("hasty", Map.of("retention.ms", "60000"), "retention.ms");
    }

    private static void assertRefused(String topic, Map<String, String> config, String setting) throws Exception {
        create(topic, 1, config);
        try (PayloadWriter writer = writer(topic, Map.of())) {
            assertThatThrownBy(() -> writer.writeNow("events", new byte[10], null))
                    .isInstanceOf(PayloadException.class)
                    .isNotInstanceOf(UnavailableStoreException.class)
                    .hasMessageContaining("kafka:" + topic)
                    .hasMessageContaining(setting);
        }
    }

    private static void assertCorrupt(PayloadReader reader, PayloadReference reference, String uri) {
        assertThatThrownBy(() -> reader.readNow(at(reference, uri)))
                .isInstanceOf(CorruptPayloadException.class)
                .hasMessageContaining(uri);
    }

    private static void assertMissing(PayloadReader reader, PayloadReference reference, String uri) {
        assertThatThrownBy(() -> reader.readNow(at(reference, uri)))
                .isInstanceOf(MissingPayloadException.class)
                .hasMessageContaining(uri);
    }

    private static PayloadReference at(PayloadReference reference, String uri) {
        return new PayloadReference(uri, reference.size(), reference.sha256(), reference.codec(), null);
    }

    private static long offset(PayloadReference reference) {
        String offsets = reference.uri().substring(reference.uri().lastIndexOf('/') + 1);
        return Long.parseLong(offsets.substring(0, offsets.indexOf('-')));
    }

    private static long manifest(PayloadReference reference) {
        return Long.parseLong(reference.uri().substring(reference.uri().lastIndexOf('-') + 1));
    }

    /** How many payloads begin before another one's manifest. */
    private static long interleaved(List<PayloadReference> references) {
        return references.stream()
                .filter(one -> references.stream()
                        .anyMatch(other -> offset(other) > offset(one) && offset(other) < manifest(one)))
                .count();
    }

    private static Map<PayloadReference, byte[]> writeMany(String topic, Random random, int count) throws Exception {
        Map<CompletableFuture<PayloadReference>, byte[]> pending = new LinkedHashMap<>();
        Map<PayloadReference, byte[]> written = new LinkedHashMap<>();
        try (PayloadWriter writer = writer(topic, Map.of())) {
            for (int i = 0; i < count; i++) {
                byte[] payload = bytes(random, random.nextInt(6 * CHUNK));
                pending.put(writer.write("events", payload, null), payload);
            }
            for (Map.Entry<CompletableFuture<PayloadReference>, byte[]> each : pending.entrySet()) {
                written.put(each.getKey().get(60, TimeUnit.SECONDS), each.getValue());
            }
        }
        return written;
    }

    private static Void abortTransactions(String topic, Random random, int count) throws Exception {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("transactional.id", "aborting-" + topic);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (int i = 0; i < count; i++) {
                producer.beginTransaction();
                for (int j = random.nextInt(3); j >= 0; j--) {
                    producer.send(new ProducerRecord<>(topic, 0, null, bytes(random, 1000)))
                            .get();
                }
                producer.abortTransaction();
            }
        }
        return null;
    }

    private static void assertResolve(String topic, Map<PayloadReference, byte[]> written) throws Exception {
        try (PayloadReader reader = reader(topic, Map.of())) {
            Map<PayloadReference, CompletableFuture<byte[]>> reads = new LinkedHashMap<>();
            written.keySet().forEach(reference -> reads.put(reference, reader.read(reference)));
            for (Map.Entry<PayloadReference, CompletableFuture<byte[]>> read : reads.entrySet()) {
                assertThat(Arrays.equals(read.getValue().get(60, TimeUnit.SECONDS), written.get(read.getKey())))
                        .as("%s leads to its payload", read.getKey().uri())
                        .isTrue();
            }
        }
    }

    private static byte[] bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static PayloadWriter writer(String topic, Map<String, Object> more) {
        Map<String, Object> config = config(more);
        config.put("payload.store", "kafka:" + topic);
        return Payloads.openWriter(PayloadOptions.WRITING.read(config), "ChunkStoreIT");
    }

    private static PayloadReader reader(String topic, Map<String, Object> more) {
        Map<String, Object> config = config(more);
        config.put("payload.read.locations", "kafka:" + topic);
        return Payloads.openReader(PayloadOptions.READING.read(config), "ChunkStoreIT");
    }

    private static Map<String, Object> config(Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>();
        config.put("payload.kafka.bootstrap.servers", broker.bootstrapServers());
        config.put("payload.chunk.bytes", CHUNK);
        config.putAll(more);
        return config;
    }

    private static void create(String topic, int partitions, Map<String, String> config) throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(config)))
                    .all()
                    .get();
        }
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }
}
