package io.millrace.clients.spooling;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spool.SpoolListing;
import io.millrace.spool.SpoolStore;
import io.millrace.spool.SpooledRecord;
import io.millrace.testing.s3.AccessPolicy;
import io.millrace.testing.s3.PolicyProxy;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.S3Server;
import io.millrace.testing.servers.ServerDirectories;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The producer with a broker that is suspended and killed, and a spool in S3. */
class SpoolingProducerIT {
    private static final String TOPIC = "events";
    private static final int PARTITIONS = 3;
    private static final int KEYS = 20;
    private static final long AFTER_MS = 1_500;

    private static KafkaBroker broker;
    private static S3Server s3;

    @BeforeAll
    static void startServers() throws Exception {
        Installation installation = Installation.locate();
        Path directory = ServerDirectories.newDirectory("spooling-producer");
        broker = KafkaBroker.start(
                installation, directory.resolve("kafka"), Map.of("auto.create.topics.enable", "false"));
        s3 = S3Server.start(installation, directory.resolve("s3"), "spool", "shop-payloads");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(
                            List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1), new NewTopic("others", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stopServers() {
        if (s3 != null) {
            s3.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    /**
     * Everything is acknowledged in time while the broker hangs. What was written nevertheless is a beginning of what is marked as
     * ambiguous, in each partition; what is not marked was not written; and Kafka and the spool together have every event, each key in its
     * order.
     */
    @Test
    void acknowledgesEveryEventWhileTheBrokerHangs() throws Exception {
        Map<String, Future<RecordMetadata>> answers = new LinkedHashMap<>();
        long slowestMs = 0;
        try (SpoolingProducer<String, String> producer = open("hangs");
                SpoolStore store = SpoolStore.open(configs("hangs"))) {
            for (int i = 0; i < 600; i++) {
                send(producer, answers);
            }
            producer.flush();
            broker.suspend();
            try {
                long begin = System.nanoTime();
                while (System.nanoTime() - begin < TimeUnit.MILLISECONDS.toNanos(2 * AFTER_MS)) {
                    send(producer, answers);
                    Thread.sleep(2);
                }
                long flushed = System.nanoTime();
                producer.flush();
                slowestMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - flushed);
            } finally {
                broker.resume();
            }
            for (Future<RecordMetadata> answer : answers.values()) {
                answer.get(0, TimeUnit.SECONDS);
            }
            assertThat(slowestMs).isLessThan(10_000);
            assertThat(producer.mxBean().getSpooled()).isGreaterThan(50);

            List<SpooledRecord> spooled = spooled(store, producer);
            Map<Integer, List<String>> logs = readLogs();
            Map<String, Integer> partitions = new HashMap<>();
            logs.forEach((partition, ids) -> ids.forEach(id -> partitions.put(id, partition)));
            List<List<String>> brought = new ArrayList<>(logs.values());
            Map<Integer, Boolean> gaps = new HashMap<>();
            for (SpooledRecord record : spooled) {
                boolean isWritten = partitions.containsKey(record.eventId());
                if (!record.ambiguous()) {
                    assertThat(isWritten).as("%s", record).isFalse();
                    continue;
                }
                int partition = record.partition();
                if (isWritten) {
                    assertThat(partitions).containsEntry(record.eventId(), partition);
                    assertThat(gaps).as("written behind a gap: %s", record).doesNotContainKey(partition);
                    assertThat((long) logs.get(partition).indexOf(record.eventId()))
                            .isGreaterThan(record.floor());
                } else {
                    gaps.put(partition, true);
                }
            }
            assertThat(brought).hasSize(PARTITIONS);
            List<String> all = new ArrayList<>();
            logs.values().forEach(all::addAll);
            spooled.stream()
                    .map(SpooledRecord::eventId)
                    .filter(id -> !partitions.containsKey(id))
                    .forEach(all::add);
            assertThat(all).containsExactlyInAnyOrderElementsOf(answers.keySet());
            for (int key = 0; key < KEYS; key++) {
                String start = "k" + key + ":";
                assertThat(all.stream().filter(id -> id.startsWith(start)))
                        .containsExactlyElementsOf(answers.keySet().stream()
                                .filter(id -> id.startsWith(start))
                                .toList());
            }
        }
    }

    @Test
    void tellsBothErrorsIfBothAreAwayAndWhatKafkaAnswers() throws Exception {
        try (SpoolingProducer<String, String> producer = open("away")) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>("no-such-topic", "k", "v"))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(TimeoutException.class)
                    .hasMessageContaining("no-such-topic");
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>("others", 99, "k", "v"))
                            .get())
                    .cause()
                    .isInstanceOf(UnknownTopicOrPartitionException.class)
                    .hasMessageContaining("of the topic others, found 99");
            assertThat(producer.mxBean().getSpooled()).isZero();
            producer.send(new ProducerRecord<>("others", "away", "v")).get();

            broker.suspend();
            s3.suspend();
            Future<RecordMetadata> lost = producer.send(new ProducerRecord<>("others", "away", "v"));
            assertThatThrownBy(() -> lost.get(20, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(SpoolFailedException.class)
                    .hasMessageContaining("No answer for a record of the topic others")
                    .hasMessageContaining("s3://spool/away");
            s3.resume();
            Future<RecordMetadata> stored = producer.send(new ProducerRecord<>("others", "away", "v"));
            assertThat(stored.get(20, TimeUnit.SECONDS).hasOffset()).isFalse();
            broker.resume();
        } finally {
            s3.resume();
            broker.resume();
        }
    }

    @Test
    void needsTheRightsOfThePolicyAndNoOthers() throws Exception {
        AccessPolicy policy = AccessPolicy.read(Path.of("../../deploy/security/s3-spool-writer.json"));
        try (PolicyProxy proxy = new PolicyProxy(
                PolicyProxy.Transport.PLAIN,
                s3.port(),
                new PolicyProxy.AccessKey(s3.accessKeyId(), s3.secretAccessKey()),
                Map.of("writer", List.of(policy)))) {
            Map<String, Object> configs = new HashMap<>(configs("unused"));
            configs.put("spool.store", "s3://shop-payloads/spool");
            configs.put("payload.s3.endpoint", "http://127.0.0.1:" + proxy.port());
            configs.put("payload.s3.access.key.id", "writer");
            configs.put("spool.store.timeout.ms", 20_000L);
            // Nothing listens on this port.
            configs.put("bootstrap.servers", "127.0.0.1:1");
            try (SpoolingProducer<String, String> producer =
                    new SpoolingProducer<>(configs, new StringSerializer(), new StringSerializer())) {
                Future<RecordMetadata> stored = producer.send(new ProducerRecord<>("others", "k", "v"));
                assertThat(stored.get(20, TimeUnit.SECONDS).hasOffset()).isFalse();
            }
            assertThat(proxy.used("writer")).isEqualTo(policy.allowedActions());
            assertThat(proxy.refused()).isEmpty();
        }
    }

    private static void send(SpoolingProducer<String, String> producer, Map<String, Future<RecordMetadata>> answers) {
        String key = "k" + answers.size() % KEYS;
        String id = key + ":" + answers.size();
        ProducerRecord<String, String> record = new ProducerRecord<>(TOPIC, key, "v");
        record.headers().add("ce_id", id.getBytes(UTF_8));
        answers.put(id, producer.send(record));
    }

    private static List<SpooledRecord> spooled(SpoolStore store, SpoolingProducer<String, String> producer) {
        return store.list().incarnations().get(producer.incarnation()).objects().stream()
                .map(SpoolListing.Entry::key)
                .flatMap(key -> store.get(key).join().records().stream())
                .toList();
    }

    /** The ids of the events of each partition. */
    private static Map<Integer, List<String>> readLogs() {
        Map<Integer, List<String>> logs = new HashMap<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(partition -> new TopicPartition(TOPIC, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    logs.computeIfAbsent(record.partition(), missing -> new ArrayList<>())
                            .add(new String(record.headers().lastHeader("ce_id").value(), UTF_8));
                }
            }
        }
        return logs;
    }

    private static SpoolingProducer<String, String> open(String prefix) {
        return new SpoolingProducer<>(configs(prefix), new StringSerializer(), new StringSerializer());
    }

    private static Map<String, Object> configs(String prefix) {
        return Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "spool.store",
                "s3://spool/" + prefix,
                "spool.after.ms",
                AFTER_MS,
                "spool.store.timeout.ms",
                2_000L,
                "payload.s3.endpoint",
                s3.endpoint(),
                "payload.s3.path.style",
                "true",
                "payload.s3.access.key.id",
                s3.accessKeyId(),
                "payload.s3.secret.access.key",
                s3.secretAccessKey());
    }
}
