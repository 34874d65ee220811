package io.millrace.partitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.changes.TopicPosition;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** On a broker. */
class KafkaLogsIT {
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition MISSING = new TopicPartition("orders", 9);
    private static final TopicPartition UNKNOWN = new TopicPartition("nothing", 0);

    @Test
    void tellsATopicFromTheOneThatHadItsName() throws Exception {
        try (KafkaBroker broker =
                KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("kafka-logs"), Map.of())) {
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(settings);
                    KafkaLogs logs = new KafkaLogs(settings)) {
                create(admin);
                send(settings, 5);
                Map<TopicPartition, PartitionLog> before = logs.readLogs(List.of(FIRST, MISSING, UNKNOWN));
                assertThat(before).containsOnlyKeys(FIRST);
                PartitionLog first = before.get(FIRST);
                assertThat(first.startOffset()).isZero();
                assertThat(first.endOffset()).isEqualTo(5);
                assertThat(first.clusterId()).isNotBlank();
                assertThat(logs.countPartitions(List.of("orders", "nothing"))).isEqualTo(Map.of("orders", 1));
                assertThat(logs.findOffsets(List.of(FIRST, UNKNOWN), Instant.EPOCH))
                        .isEqualTo(Map.of(FIRST, 0L));
                assertThat(logs.findOffsets(List.of(FIRST), Instant.now().plusSeconds(600)))
                        .isEqualTo(Map.of(FIRST, 5L));
                checksPositions(logs, first);

                admin.deleteRecords(Map.of(FIRST, RecordsToDelete.beforeOffset(3)))
                        .all()
                        .get();
                assertThat(logs.readLogs(List.of(FIRST)).get(FIRST).startOffset())
                        .isEqualTo(3);

                admin.deleteTopics(List.of("orders")).all().get();
                await().until(() -> admin.listTopics().names().get().isEmpty());
                create(admin);
                send(settings, 9);
                PartitionLog second = logs.readLogs(List.of(FIRST)).get(FIRST);
                assertThat(second.endOffset()).isEqualTo(9);
                assertThat(second.clusterId()).isEqualTo(first.clusterId());
                assertThat(second.topicId()).isNotNull().isNotEqualTo(first.topicId());
            }
        }
    }

    private static void checksPositions(KafkaLogs logs, PartitionLog log) {
        Map<String, Object> set = new TopicPosition("orders", 0, 5, log.clusterId(), log.topicId()).toSourceOffset();
        change(logs, TopicPosition.toSourcePartition("orders", 0), set);
        change(logs, TopicPosition.toSourcePartition("orders", 0), Map.of("kafka_offset", 0));
        // A reset needs neither the topic nor a broker.
        change(logs, TopicPosition.toSourcePartition("former", 7), null);

        refuses(logs, "orders", 0, Map.of("kafka_offset", 6), "from 0 to 5", "found 6");
        refuses(logs, "orders", 9, Map.of("kafka_offset", 0), "a partition that exists", "orders-9");
        refuses(logs, "nothing", 0, Map.of("kafka_offset", 0), "one of the connector's topics [orders]", "nothing");
        refuses(logs, "orders", 0, Map.of("kafka_offset", -1), "a whole number from 0 on", "-1");
        refuses(logs, "orders", 0, Map.of("kafka_offset", "1"), "a whole number from 0 on", "kafka_offset");
        refuses(logs, "orders", 0, Map.of("offset", 1), "[kafka_cluster_id, kafka_offset, kafka_topic_id]", "[offset]");
        refuses(
                logs,
                "orders",
                0,
                Map.of("kafka_offset", 1, "kafka_topic_id", "other"),
                String.valueOf(log.topicId()),
                "found other");
        assertThatThrownBy(() -> change(logs, Map.of("topic", "orders", "partition", 0), null))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("expected the fields [kafka_partition, kafka_topic]");
    }

    private static void refuses(KafkaLogs logs, String topic, int partition, Map<String, ?> offset, String... reasons) {
        assertThatThrownBy(() -> change(logs, TopicPosition.toSourcePartition(topic, partition), offset))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll(reasons)
                .hasMessageContaining("The offsets were not changed");
    }

    private static void change(KafkaLogs logs, Map<String, ?> partition, @Nullable Map<String, ?> offset) {
        Map<Map<String, ?>, Map<String, ?>> changes = new HashMap<>();
        changes.put(partition, offset);
        new PositionChanges(List.of("orders")).requireValid(changes, logs);
    }

    private static void create(Admin admin) throws Exception {
        admin.createTopics(List.of(new NewTopic("orders", Optional.of(1), Optional.empty())))
                .all()
                .get();
    }

    private static void send(Map<String, Object> settings, int records) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>("orders", "v" + i)).get();
            }
        }
    }
}
