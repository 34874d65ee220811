package io.millrace.connectors.projection.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.partitions.KafkaLogs;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class SinglePartitionsIT {
    @Test
    void requiresOnePartitionBeforeAndWhileATopicGrows() throws Exception {
        try (KafkaBroker broker =
                KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("kafka-growing"), Map.of())) {
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
            SinglePartitions required = new SinglePartitions(
                    Map.of("orders", "projection.orders.truncate.when", "sites", "projection.sites.truncate.when"));
            try (Admin admin = Admin.create(settings);
                    KafkaLogs logs = new KafkaLogs(settings)) {
                admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1)))
                        .all()
                        .get();
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
}
