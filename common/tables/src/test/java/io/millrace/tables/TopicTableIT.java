package io.millrace.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.Seeds;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tables over topics of a real broker, in each case that makes other tables wrong. */
@SuppressWarnings("FutureReturnValueIgnored") // A producer that fails makes the content differ.
class TopicTableIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static KafkaBroker broker;
    private static Admin admin;

    private TopicTable<String, String> table;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("tables"), Map.of());
        admin = Admin.create(clients());
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @AfterEach
    void close() {
        if (table != null) {
            table.close();
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("millrace-table-"));
        }
    }

    private static Map<String, Object> clients() {
        return Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    }

    private static void create(String topic, int partitions, String policy) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)
                        .configs(Map.of("cleanup.policy", policy, "segment.ms", "100"))))
                .all()
                .get();
    }

    private static KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(clients(), new StringSerializer(), new StringSerializer());
    }

    private static KafkaProducer<String, String> transactional(String id) {
        Map<String, Object> settings = new HashMap<>(clients());
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        KafkaProducer<String, String> made =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        made.initTransactions();
        return made;
    }

    private static TablePosition put(KafkaProducer<String, String> producer, String topic, String key, String value)
            throws Exception {
        RecordMetadata written =
                producer.send(new ProducerRecord<>(topic, key, value)).get();
        return new TablePosition(new TopicPartition(written.topic(), written.partition()), written.offset());
    }

    private TopicTable<String, String> open(String topic) {
        return open(topic, TableSettings.of(clients()));
    }

    private TopicTable<String, String> open(String topic, TableSettings settings) {
        table = TopicTable.open(
                topic, topic, KeyFormat.TEXT, ValueFormat.of(topic, new StringDeserializer()), settings);
        return table;
    }

    private Map<String, String> content() {
        Map<String, String> content = new HashMap<>();
        table.forEach(content::put);
        return content;
    }

    private void awaitContent(Map<String, String> expected) {
        await().atMost(SOON).untilAsserted(() -> assertThat(content()).isEqualTo(expected));
    }

    private void awaitStatus(TableState state, String reason) {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(table.status().state()).isEqualTo(state);
            assertThat(table.status().reason().orElse("")).contains(reason);
        });
    }

    @Test
    void containsTheLastValueOfEachKeyAndFollowsTheTopic() throws Exception {
        create("countries", 3, "compact");
        try (KafkaProducer<String, String> producer = producer()) {
            put(producer, "countries", "DE", "Deutschland");
            put(producer, "countries", "FR", "France");
            put(producer, "countries", "XX", "nowhere");
            put(producer, "countries", "DE", "Germany");
            put(producer, "countries", "XX", null);
            open("countries");
            assertThat(table.awaitReady(SOON)).isTrue();
            assertThat(content()).isEqualTo(Map.of("DE", "Germany", "FR", "France"));
            assertThat(table.get("DE")).isEqualTo("Germany");
            assertThat(table.get("XX")).isNull();
            assertThat(table.status().state()).isEqualTo(TableState.READY);

            TablePosition written = put(producer, "countries", "IT", "Italy");
            assertThat(table.await(written, SOON)).isTrue();
            assertThat(table.get("IT")).isEqualTo("Italy");
            TablePosition removed = put(producer, "countries", "FR", null);
            assertThat(table.await(removed, SOON)).isTrue();
            assertThat(content()).isEqualTo(Map.of("DE", "Germany", "IT", "Italy"));
            assertThat(table.size()).isEqualTo(2);
        }
        assertThat(table.status().staleness().orElseThrow()).isLessThan(SOON);
    }

    @Test
    void refusesReadsBeforeItIsCompleteAndAfterItIsClosed() throws Exception {
        open("not-there-yet");
        awaitStatus(TableState.LOADING, "does not exist");
        assertThatThrownBy(() -> table.get("a"))
                .isInstanceOf(TableUnavailableException.class)
                .hasMessageContaining("not-there-yet is LOADING: the topic does not exist");
        assertThat(table.awaitReady(Duration.ofMillis(10))).isFalse();
        create("not-there-yet", 1, "compact");
        assertThat(table.awaitReady(SOON)).isTrue();
        assertThat(table.get("a")).isNull();
        table.close();
        assertThatThrownBy(() -> table.get("a"))
                .isInstanceOf(TableUnavailableException.class)
                .hasMessageContaining("CLOSED");
    }

    /** The last stable offset is before the record that was committed, so a reader that goes by it is complete too early. */
    @Test
    void isNotCompleteBeforeAnOpenTransactionInFrontOfCommittedRecordsHasEnded() throws Exception {
        create("transactions", 1, "compact");
        try (KafkaProducer<String, String> producer = producer();
                KafkaProducer<String, String> open = transactional("open")) {
            put(producer, "transactions", "a", "before");
            open.beginTransaction();
            put(open, "transactions", "a", "never");
            put(producer, "transactions", "b", "committed");
            open("transactions");
            awaitStatus(TableState.LOADING, "transactions-0 is read up to 1 of 3: a transaction is open there");
            assertThat(table.awaitReady(Duration.ofSeconds(2))).isFalse();
            open.abortTransaction();
            assertThat(table.awaitReady(SOON)).isTrue();
            assertThat(content()).isEqualTo(Map.of("a", "before", "b", "committed"));

            open.beginTransaction();
            put(open, "transactions", "a", "after");
            awaitStatus(TableState.STALE, "a transaction is open there");
            assertThat(content()).isEqualTo(Map.of("a", "before", "b", "committed"));
            open.commitTransaction();
            awaitContent(Map.of("a", "after", "b", "committed"));
            awaitStatus(TableState.READY, "");
        }
    }

    @Test
    void isCompleteAtATopicThatEndsWithMarkers() throws Exception {
        create("markers", 1, "compact");
        try (KafkaProducer<String, String> producer = transactional("markers")) {
            for (int i = 0; i < 10; i++) {
                producer.beginTransaction();
                put(producer, "markers", "a", "value " + i);
                if (i % 3 == 2) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
        open("markers");
        assertThat(table.awaitReady(SOON)).isTrue();
        assertThat(content()).isEqualTo(Map.of("a", "value 9"));
    }

    @Test
    void readsPartitionsThatAreAdded() throws Exception {
        create("growing", 1, "compact");
        open("growing");
        assertThat(table.awaitReady(SOON)).isTrue();
        admin.createPartitions(Map.of("growing", NewPartitions.increaseTo(4)))
                .all()
                .get();
        Map<String, String> expected = new HashMap<>();
        try (KafkaProducer<String, String> producer = producer()) {
            for (int i = 0; i < 20; i++) {
                producer.send(new ProducerRecord<>("growing", i % 4, "key " + i, "value"))
                        .get();
                expected.put("key " + i, "value");
            }
        }
        awaitContent(expected);
    }

    @Test
    void isLoadedAgainIfTheTopicIsCreatedAgain() throws Exception {
        create("recreated", 2, "compact");
        Map<String, String> seen = new ConcurrentHashMap<>();
        try (KafkaProducer<String, String> producer = producer()) {
            put(producer, "recreated", "kept", "1");
            put(producer, "recreated", "gone", "1");
            open("recreated");
            table.onChange((key, value) -> {
                if (value == null) {
                    seen.remove(key);
                } else {
                    seen.put(key, value);
                }
            });
            assertThat(table.awaitReady(SOON)).isTrue();
            await().atMost(SOON).untilAsserted(() -> assertThat(seen).isEqualTo(Map.of("kept", "1", "gone", "1")));
        }
        admin.deleteTopics(Set.of("recreated")).all().get();
        awaitStatus(TableState.STALE, "does not exist");
        assertThat(content()).isEqualTo(Map.of("kept", "1", "gone", "1"));
        create("recreated", 2, "compact");
        Map<String, String> expected = new HashMap<>();
        try (KafkaProducer<String, String> producer = producer()) {
            // More records than before.
            for (int i = 0; i < 30; i++) {
                put(producer, "recreated", "new " + i % 10, "2");
                expected.put("new " + i % 10, "2");
            }
            put(producer, "recreated", "kept", "2");
            expected.put("kept", "2");
        }
        awaitContent(expected);
        awaitStatus(TableState.READY, "");
        await().atMost(SOON).untilAsserted(() -> assertThat(seen).isEqualTo(expected));
        assertThat(table.status().reloads()).isPositive();
    }

    /** What is loaded again next to the served entries has read the record, and no read is answered from that yet. */
    @Test
    void awaitsThatARecordIsAmongTheServedEntries() throws Exception {
        create("awaited", 2, "compact");
        try (KafkaProducer<String, String> producer = producer();
                KafkaProducer<String, String> open = transactional("awaited")) {
            producer.send(new ProducerRecord<>("awaited", 0, "a", "1")).get();
            open("awaited");
            assertThat(table.awaitReady(SOON)).isTrue();
            admin.deleteTopics(Set.of("awaited")).all().get();
            awaitStatus(TableState.STALE, "does not exist");
            create("awaited", 2, "compact");
            open.beginTransaction();
            open.send(new ProducerRecord<>("awaited", 1, "b", "1")).get();
            RecordMetadata written =
                    producer.send(new ProducerRecord<>("awaited", 0, "a", "2")).get();
            TablePosition position = new TablePosition(new TopicPartition("awaited", 0), written.offset());
            awaitStatus(TableState.STALE, "a transaction is open there");
            assertThat(table.await(position, Duration.ofSeconds(2))).isFalse();
            assertThat(table.get("a")).isEqualTo("1");
            open.commitTransaction();
            assertThat(table.await(position, SOON)).isTrue();
            assertThat(content()).isEqualTo(Map.of("a", "2", "b", "1"));
        }
    }

    @Test
    void isLoadedAgainIfRecordsAreRemovedThatItHasNotRead() throws Exception {
        create("removed", 1, "compact");
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, "removed"),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("cleanup.policy", "compact,delete"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
        TopicPartition partition = new TopicPartition("removed", 0);
        try (KafkaProducer<String, String> producer = producer();
                KafkaProducer<String, String> open = transactional("removed")) {
            put(producer, "removed", "gone", "1");
            open("removed", TableSettings.of(clients()).withCleanup(CleanupPolicy.UNCHECKED));
            assertThat(table.awaitReady(SOON)).isTrue();
            // The reader stands before the open transaction.
            open.beginTransaction();
            put(open, "removed", "a", "1");
            TablePosition last = put(producer, "removed", "b", "1");
            awaitStatus(TableState.STALE, "a transaction is open there");
            open.commitTransaction();
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(last.offset())))
                    .all()
                    .get();
            put(producer, "removed", "c", "1");
        }
        awaitContent(contentOf("removed"));
    }

    /** What a reader of the whole topic finds now, or what is left if nothing was removed in time. */
    private static Map<String, String> contentOf(String topic) {
        Map<String, Object> settings = new HashMap<>(clients());
        settings.put("isolation.level", "read_committed");
        Map<String, String> content = new HashMap<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> content.put(record.key(), record.value()));
            }
        }
        return content;
    }

    /** A tombstone that was compacted away while nothing was read would leave its key for ever. */
    @Test
    void isLoadedAgainIfItWasBehindForLongerThanTombstonesAreKept() throws Exception {
        admin.createTopics(List.of(new NewTopic("tombstones", 1, (short) 1)
                        .configs(Map.of("cleanup.policy", "compact", "delete.retention.ms", "1000"))))
                .all()
                .get();
        try (KafkaProducer<String, String> producer = producer();
                KafkaProducer<String, String> open = transactional("tombstones")) {
            put(producer, "tombstones", "a", "1");
            open("tombstones");
            assertThat(table.awaitReady(SOON)).isTrue();
            open.beginTransaction();
            put(open, "tombstones", "b", "1");
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(table.status().reason().orElse("")).contains("longer than delete.retention.ms"));
            assertThat(table.get("a")).isEqualTo("1");
            open.commitTransaction();
            awaitContent(Map.of("a", "1", "b", "1"));
            assertThat(table.status().reloads()).isPositive();
        }
    }

    @Test
    void failsAtARecordThatCannotBeDecodedOrKeepsTheValue() throws Exception {
        create("numbers", 1, "compact");
        try (KafkaProducer<String, String> producer = producer()) {
            put(producer, "numbers", "a", "1");
            put(producer, "numbers", "a", "secret");
            put(producer, "numbers", "b", "2");
        }
        ValueFormat<Integer> numbers = ValueFormat.of(
                "numbers", (topic, data) -> Integer.valueOf(new String(data, StandardCharsets.US_ASCII)));
        TableSettings settings = TableSettings.of(clients());
        try (TopicTable<String, Integer> failing =
                TopicTable.open("failing", "numbers", KeyFormat.TEXT, numbers, settings)) {
            assertThatThrownBy(() -> failing.awaitReady(SOON))
                    .isInstanceOf(TableUnavailableException.class)
                    .hasMessageContaining("numbers is FAILED: the record numbers-0@1 cannot be decoded")
                    .hasMessageNotContaining("secret");
            assertThatThrownBy(() -> failing.get("b")).isInstanceOf(TableUnavailableException.class);
            assertThat(failing.status().state()).isEqualTo(TableState.FAILED);
        }
        try (TopicTable<String, Integer> keeping = TopicTable.open(
                "keeping", "numbers", KeyFormat.TEXT, numbers, settings.withUndecodable(UndecodablePolicy.KEEP))) {
            assertThat(keeping.awaitReady(SOON)).isTrue();
            assertThat(keeping.get("a")).isEqualTo(1);
            assertThat(keeping.get("b")).isEqualTo(2);
            assertThat(keeping.status().undecodable()).isEqualTo(1);
        }
        ValueFormat<Integer> unavailable = ValueFormat.of("numbers", (topic, data) -> {
            throw new SerializationException("no schema", new IOException("the registry is not available"));
        });
        try (TopicTable<String, Integer> unread = TopicTable.open(
                "unread", "numbers", KeyFormat.TEXT, unavailable, settings.withUndecodable(UndecodablePolicy.KEEP))) {
            assertThatThrownBy(() -> unread.awaitReady(SOON))
                    .isInstanceOf(TableUnavailableException.class)
                    .hasMessageContaining("the record numbers-0@0 cannot be decoded now, and may be valid");
        }
    }

    @Test
    void failsBeyondItsBudgetWithTheSizeThatItNeeds() throws Exception {
        create("large", 1, "compact");
        try (KafkaProducer<String, String> producer = producer()) {
            for (int i = 0; i < 1_000; i++) {
                producer.send(new ProducerRecord<>("large", "key " + i, "x".repeat(1_000)));
            }
        }
        open("large", TableSettings.of(clients()).withMaxBytes(100_000));
        assertThatThrownBy(() -> table.awaitReady(SOON))
                .isInstanceOf(TableUnavailableException.class)
                .hasMessageMatching("(?s).*it needs (about )?\\d{6,8} bytes, and max.bytes is 100000.*");
    }

    @Test
    void refusesATopicFromWhichKeysDisappearWithoutATombstone() throws Exception {
        create("expiring", 1, "compact,delete");
        open("expiring");
        assertThatThrownBy(() -> table.awaitReady(SOON))
                .isInstanceOf(TableUnavailableException.class)
                .hasMessageContaining("cleanup.policy=compact,delete, expected compact");
    }

    @Test
    void answersWhileTheBrokerIsAwayUntilItIsTooOld() throws Exception {
        create("away", 1, "compact");
        try (KafkaProducer<String, String> producer = producer()) {
            put(producer, "away", "a", "1");
            open("away", TableSettings.of(clients()).withMaxStaleness(Duration.ofSeconds(8)));
            assertThat(table.awaitReady(SOON)).isTrue();
            broker.suspend();
            try {
                await().during(Duration.ofSeconds(3))
                        .atMost(Duration.ofSeconds(4))
                        .untilAsserted(() -> assertThat(table.get("a")).isEqualTo("1"));
                await().atMost(SOON).untilAsserted(() -> assertThatThrownBy(() -> table.get("a"))
                        .isInstanceOf(TableUnavailableException.class)
                        .hasMessageContaining("expected at most 8000 ms"));
            } finally {
                broker.resume();
            }
            await().atMost(SOON).ignoreExceptions().untilAsserted(() -> assertThat(table.get("a"))
                    .isEqualTo("1"));
            put(producer, "away", "a", "2");
            awaitContent(Map.of("a", "2"));
        }
    }

    @Test
    void failsIfAListenerFails() throws Exception {
        create("listened", 1, "compact");
        open("listened");
        assertThat(table.awaitReady(SOON)).isTrue();
        table.onChange((key, value) -> {
            throw new IllegalStateException("a listener's fault");
        });
        try (KafkaProducer<String, String> producer = producer()) {
            put(producer, "listened", "a", "1");
        }
        awaitStatus(TableState.FAILED, "a listener's fault");
        assertThatThrownBy(() -> table.get("a")).isInstanceOf(TableUnavailableException.class);
    }

    @Test
    void sharesATableAmongUsersOfOneDefinition() throws Exception {
        create("shared", 1, "compact");
        TableRegistry registry = new TableRegistry(Duration.ofSeconds(2));
        TableRegistry.Lease<String, String> first = registry.acquire("definition", () -> open("shared"));
        TableRegistry.Lease<String, String> second = registry.acquire("definition", () -> open("shared"));
        assertThat(second.table()).isSameAs(first.table());
        first.close();
        first.close();
        assertThat(second.table().awaitReady(SOON)).isTrue();
        second.close();
        // A restart within the time that it lingers.
        TableRegistry.Lease<String, String> third = registry.acquire("definition", () -> open("shared"));
        assertThat(third.table()).isSameAs(first.table());
        await().during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(4))
                .until(() -> first.table().get("a") == null);
        third.close();
        await().atMost(SOON).until(() -> first.table().status().state() == TableState.CLOSED);
    }

    /** 10,000 updates a second, and two readers who compare every answer with the values that the key had. */
    @Test
    void answersWithCommittedValuesUnderUpdates() throws Exception {
        long seed = Seeds.next();
        int keys = 500;
        create("busy", 4, "compact");
        AtomicLongArray sent = new AtomicLongArray(keys);
        AtomicLongArray read = new AtomicLongArray(keys);
        AtomicBoolean done = new AtomicBoolean();
        Set<String> aborted = ConcurrentHashMap.newKeySet();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try (KafkaProducer<String, String> producer = transactional("busy")) {
            open("busy");
            assertThat(table.awaitReady(SOON)).isTrue();
            Future<?>[] reading = new Future<?>[2];
            for (int reader = 0; reader < 2; reader++) {
                Random random = new Random(seed + reader + 1);
                reading[reader] = readers.submit(() -> {
                    long answers = 0;
                    while (!done.get()) {
                        int key = random.nextInt(keys);
                        long atLeast = read.get(key);
                        String value = table.get("key " + key);
                        if (value != null) {
                            long version = Long.parseLong(value);
                            assertThat(version).isBetween(atLeast, sent.get(key));
                            assertThat(aborted).doesNotContain(key + "=" + value);
                            read.accumulateAndGet(key, version, Math::max);
                        }
                        answers++;
                    }
                    return answers;
                });
            }
            Random random = new Random(seed);
            long start = System.nanoTime();
            int count = 0;
            Map<String, String> last = new HashMap<>();
            while (count < 60_000) {
                boolean abort = random.nextInt(5) == 0;
                Map<String, String> batch = new HashMap<>();
                producer.beginTransaction();
                for (int i = 0; i < 500; i++) {
                    int key = random.nextInt(keys);
                    String value = String.valueOf(sent.incrementAndGet(key));
                    if (abort) {
                        aborted.add(key + "=" + value);
                    }
                    producer.send(new ProducerRecord<>("busy", "key " + key, value));
                    batch.put("key " + key, value);
                }
                count += 500;
                if (abort) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                    last.putAll(batch);
                }
                long due = start + TimeUnit.SECONDS.toNanos(count) / 10_000;
                TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            }
            awaitContent(last);
            done.set(true);
            for (Future<?> one : reading) {
                one.get();
            }
        } finally {
            done.set(true);
            readers.shutdownNow();
        }
    }
}
