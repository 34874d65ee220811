package io.millrace.connectors.projection.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.connectors.projection.ledger.PartitionLog;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.errors.ConnectException;
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

    @Test
    void requiresOnePartitionBeforeAndWhileATopicGrows() throws Exception {
        try (KafkaBroker broker =
                KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("kafka-growing"), Map.of())) {
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
            SinglePartitions required = new SinglePartitions(
                    Map.of("orders", "projection.orders.truncate.when", "sites", "projection.sites.truncate.when"));
            try (Admin admin = Admin.create(settings);
                    KafkaLogs logs = new KafkaLogs(settings)) {
                create(admin);
                assertThat(required.findProblems(logs)).singleElement().satisfies(problem -> {
                    assertThat(problem.option()).isEqualTo("projection.sites.truncate.when");
                    assertThat(problem.reason()).contains("found no such topic");
                });
                required.require(logs, List.of("orders", "others"));

                admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(2)))
                        .all()
                        .get();
                await().until(() -> logs.countPartitions(List.of("orders")).equals(Map.of("orders", 2)));
                assertThat(required.findProblems(logs))
                        .filteredOn(problem -> problem.option().equals("projection.orders.truncate.when"))
                        .singleElement()
                        .satisfies(problem -> assertThat(problem.reason())
                                .contains("expected one partition of the topic orders", "found 2"));
                assertThatThrownBy(() -> required.require(logs, List.of("orders")))
                        .isInstanceOf(ConnectException.class)
                        .hasMessageContaining("projection.orders.truncate.when: expected one partition")
                        .hasMessageContaining("Configure a revision");
            }
        }
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
