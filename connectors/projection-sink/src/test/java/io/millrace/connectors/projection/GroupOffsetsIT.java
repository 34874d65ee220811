package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A sink without a ledger: only the offsets of its consumer group show where it resumes. */
class GroupOffsetsIT {
    private static final TopicPartition EVENTS = SinkFixture.partition(0);
    private static final String GROUP = "connect-unledgered";

    private static SinkFixture fixture;
    private static KafkaBroker broker;
    private static Admin admin;

    @BeforeAll
    static void startServers() throws SQLException {
        fixture = new SinkFixture(new MySqlSinkDatabase("group-offsets-mysql"));
        broker = KafkaBroker.start(
                Installation.locate(), ServerDirectories.newDirectory("group-offsets-kafka"), Map.of());
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        fixture.execute("CREATE TABLE revised (id INT PRIMARY KEY, status VARCHAR(20), rev BIGINT, gone BOOLEAN)");
    }

    @AfterAll
    static void stopServers() {
        admin.close();
        broker.close();
        fixture.close();
    }

    @Test
    void resumesOnlyAtOffsetsThatTheTopicHas() throws Exception {
        createTopic(9);
        commit(7);
        assertThat(start()).isEmpty();

        // Records that retention deleted before they were read.
        admin.deleteRecords(Map.of(EVENTS, RecordsToDelete.beforeOffset(8)))
                .all()
                .get();
        assertThat(start()).containsExactly(Map.entry(EVENTS, 8L));

        // With the topic Kafka forgets the group's offsets, so another topic of its name is read from the first record.
        admin.deleteTopics(Set.of(EVENTS.topic())).all().get();
        await().until(() -> committed().isEmpty());
        createTopic(9);
        assertThat(start()).isEmpty();

        // Restored, truncated, or of another cluster.
        commit(12);
        assertThatThrownBy(GroupOffsetsIT::start)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("events-0: the log ends before the offset")
                .hasMessageContaining("Expected offset 12")
                .hasMessageContaining("found the offsets 0 to 9")
                .hasMessageContaining("DELETE /connectors/unledgered/offsets");
        // What the message advises.
        assertThat(new ProjectionSinkConnector().alterOffsets(options(), Map.of()))
                .isTrue();
        admin.deleteConsumerGroupOffsets(GROUP, Set.of(EVENTS)).all().get();
        assertThat(start()).isEmpty();
        assertThat(committed()).isEmpty();
    }

    /** Offsets of a sink with a ledger, which holds keys. */
    @Test
    void keepsHeldRecordsThatAreDeletedFromTheLogAndRefusesThoseOfAnotherTopic() throws Exception {
        TopicPartition log = new TopicPartition("held-events", 0);
        createTopic(log.topic(), 9);
        admin.deleteRecords(Map.of(log, RecordsToDelete.beforeOffset(5))).all().get();
        Map<String, String> options = options();
        options.putAll(Map.of(
                "name", "holding",
                "processing.guarantee", "exactly_once",
                "consumer.override.isolation.level", "read_committed",
                "hold.key.order", "true",
                "topics", "held-events,holding.retry"));
        ProjectionSinkConnector connector = new ProjectionSinkConnector();
        connector.alterOffsets(options, Map.of(log, 9L));
        for (long offset : new long[] {3, 7}) {
            fixture.execute(
                    "INSERT INTO millrace_held (connector, topic, partition_id, record_offset, key_hash, reason)"
                            + " VALUES ('holding', 'held-events', 0, " + offset + ", 'k', 'too long')");
        }

        connector.alterOffsets(options, Map.of(log, 0L));
        assertThat(fixture.rows("SELECT record_offset FROM millrace_held")).containsExactly(List.of("3"));

        fixture.execute("INSERT INTO millrace_ledger (connector, topic, partition_id, next_offset, epoch, topic_id)"
                + " VALUES ('holding', 'held-events', 0, 9, 1, 'former')"
                + " ON DUPLICATE KEY UPDATE next_offset = 9, topic_id = 'former'");
        assertThatThrownBy(() -> connector.alterOffsets(options, Map.of(log, 6L)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("1 refused records of held-events-0 are held")
                .hasMessageContaining("millrace redrive resolve")
                .hasMessageContaining("DELETE /connectors/holding/offsets");
        connector.alterOffsets(options, Map.of());
        connector.alterOffsets(options, Map.of(log, 6L));
        assertThat(fixture.rows("SELECT record_offset FROM millrace_held")).isEmpty();
    }

    /** Starts a task and returns where it has the consumer resume; empty if at the group's offsets. */
    private static Map<TopicPartition, Long> start() {
        FakeContext context = new FakeContext(true);
        ProjectionSinkTask task = fixture.task(options(), context);
        try {
            task.open(List.of(EVENTS));
            SinkFixture.awaitClaims(task, context);
            return Map.copyOf(context.seeks);
        } finally {
            task.stop();
        }
    }

    private static Map<String, String> options() {
        Map<String, String> options = fixture.options(
                "unledgered",
                "revised",
                "revised.kind",
                "upsert",
                "revised.key",
                "id = key.id",
                "revised.columns",
                "status, rev",
                "revised.revision",
                "rev",
                "revised.delete.when",
                "value.gone",
                "revised.on.delete",
                "mark",
                "revised.deleted.column",
                "gone");
        options.put("processing.guarantee", "at_least_once");
        options.put("topic.identity", "checked");
        options.put("kafka.bootstrap.servers", broker.bootstrapServers());
        return options;
    }

    private static void createTopic(int records) throws InterruptedException, ExecutionException {
        createTopic(EVENTS.topic(), records);
    }

    private static void createTopic(String topic, int records) throws InterruptedException, ExecutionException {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !admin.listTopics().names().get().contains(topic));
        admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())))
                .all()
                .get();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, "v" + i)).get();
            }
        }
    }

    private static void commit(long offset) throws InterruptedException, ExecutionException {
        admin.alterConsumerGroupOffsets(GROUP, Map.of(EVENTS, new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed() throws InterruptedException, ExecutionException {
        return admin.listConsumerGroupOffsets(GROUP)
                .partitionsToOffsetAndMetadata()
                .get();
    }
}
