package io.millrace.partitions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a broker. */
class StateTopicIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);

    private static KafkaBroker broker;
    private static Map<String, Object> settings;
    private static Admin admin;
    private static KafkaLogs logs;

    @BeforeAll
    static void startBroker() {
        broker = KafkaBroker.start(
                Installation.locate(),
                ServerDirectories.newDirectory("state-topic"),
                Map.of("auto.create.topics.enable", "false"));
        settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        admin = Admin.create(settings);
        logs = new KafkaLogs(settings);
    }

    @AfterAll
    static void stopBroker() {
        logs.close();
        admin.close(Duration.ZERO);
        broker.close();
    }

    @Test
    void createsTheTopicWithThePartitionsOfTheSourceAndRefusesAnotherNumber() throws Exception {
        StateTopic topic = new StateTopic("grown.state", "grown");
        assertThat(topic.findObjection(logs))
                .hasValueSatisfying(objection -> assertThat(objection).contains("Expected the topic grown"));
        assertThatThrownBy(() -> topic.prepare(logs, Duration.ZERO))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Expected the topic grown, which does not exist");

        create("grown", 3, "delete");
        assertThat(topic.findObjection(logs)).isEmpty();
        assertThat(logs.countPartitions(List.of("grown.state"))).isEmpty();
        assertThat(topic.prepare(logs, PATIENCE)).isEqualTo(3);
        assertThat(topic.prepare(logs, PATIENCE)).isEqualTo(3);
        assertThat(logs.countPartitions(List.of("grown.state"))).isEqualTo(Map.of("grown.state", 3));
        assertThat(logs.readSettings(List.of("grown.state", "nothing")))
                .containsOnlyKeys("grown.state")
                .hasEntrySatisfying(
                        "grown.state", found -> assertThat(found).containsEntry("cleanup.policy", "compact"));

        admin.createPartitions(Map.of("grown", NewPartitions.increaseTo(4)))
                .all()
                .get();
        assertThatThrownBy(() -> topic.prepare(logs, Duration.ZERO))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("which are 4, found 3")
                .hasMessageContaining("Create new topics");
        assertThat(topic.findObjection(logs)).isPresent();
    }

    @Test
    void createsATopicOfOnePartitionForSeveralSources() throws Exception {
        StateTopic topic = StateTopic.ofOnePartition("several.state");
        assertThat(topic.findObjection(logs)).isEmpty();
        assertThat(topic.prepare(logs, PATIENCE)).isEqualTo(1);
        assertThat(logs.countPartitions(List.of("several.state"))).isEqualTo(Map.of("several.state", 1));

        create("several.other", 2, "compact");
        assertThat(StateTopic.ofOnePartition("several.other").findObjection(logs))
                .contains("Expected one partition of several.other, found 2. Name another topic");
    }

    @Test
    void refusesAnotherCleanupPolicy() throws Exception {
        create("swept", 1, "delete");
        create("swept.state", 1, "compact,delete");
        assertThatThrownBy(() -> new StateTopic("swept.state", "swept").prepare(logs, PATIENCE))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("cleanup.policy=compact of swept.state, found compact,delete");
    }

    @Test
    void loadsCommittedRecordsBehindTransactionsThatWereOpen() throws Exception {
        create("loaded", 2, "compact");
        Map<String, String> state = new HashMap<>();
        try (KafkaProducer<String, String> plain = producer(Map.of());
                KafkaProducer<String, String> aborted = producer(Map.of("transactional.id", "aborted"));
                KafkaProducer<String, String> open = producer(Map.of("transactional.id", "open"))) {
            aborted.initTransactions();
            aborted.beginTransaction();
            aborted.send(new ProducerRecord<>("loaded", 0, "a", "aborted")).get();
            aborted.abortTransaction();
            plain.send(new ProducerRecord<>("loaded", 0, "a", "1")).get();
            plain.send(new ProducerRecord<>("loaded", 1, "b", "1")).get();
            plain.send(new ProducerRecord<>("loaded", 1, "b", null)).get();
            open.initTransactions();
            open.beginTransaction();
            open.send(new ProducerRecord<>("loaded", 0, "a", "2")).get();
            try (StateLoader loader = loader()) {
                assertThat(load(loader, state, Duration.ofSeconds(2))).isFalse();
                open.commitTransaction();
                assertThat(load(loader, state, PATIENCE)).isTrue();
                assertThat(state).isEqualTo(Map.of("a", "2"));
                assertThat(loader.positions()).containsEntry(new TopicPartition("loaded", 1), 2L);
            }
        }
    }

    private static StateLoader loader() {
        return new StateLoader(
                new PartitionReader.Settings("loading", "0", settings, 1, PATIENCE),
                List.of(new TopicPartition("loaded", 0), new TopicPartition("loaded", 1)));
    }

    private static boolean load(StateLoader loader, Map<String, String> state, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        boolean loaded = false;
        while (!loaded && System.nanoTime() < deadline) {
            loaded = loader.poll(SHORT, record -> {
                String key = new String(record.key(), UTF_8);
                if (record.value() == null) {
                    state.remove(key);
                } else {
                    state.put(key, new String(record.value(), UTF_8));
                }
            });
        }
        return loaded;
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(more);
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    private static void create(String topic, int partitions, String policy) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())
                        .configs(Map.of("cleanup.policy", policy))))
                .all()
                .get();
    }
}
