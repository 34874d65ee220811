package io.millrace.tools.transactions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.tools.CommandRun;
import io.millrace.tools.cluster.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Transactions whose markers a broker has lost, a running one, and one that has ended as it should. */
class TransactionsCommandIT {
    private static final String TOPIC = "orders";

    @Test
    void endsTransactionsAsTheirCoordinatorHasDecided() throws Exception {
        try (KafkaBroker broker =
                KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("transactions"), Map.of())) {
            String brokers = broker.bootstrapServers();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 4, (short) 1)))
                        .all()
                        .get();
            }
            try (KafkaProducer<byte[], byte[]> running = producer(brokers, "running");
                    KafkaProducer<byte[], byte[]> other = producer(brokers, "other")) {
                write(other, 0, "committed");
                other.commitTransaction();
                write(other, 1, "aborted");
                other.abortTransaction();
                write(other, 3, "whole");
                other.commitTransaction();
                write(running, 2, "running");
                broker.loseMarkers(List.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1)));

                CommandRun found = CommandRun.of("transactions", "list", "--bootstrap-servers", brokers);
                assertThat(found.exitCode()).as(found.err()).isEqualTo(1);
                assertThat(found.out().lines())
                        .satisfiesExactly(
                                line -> assertThat(line)
                                        .matches("committed  orders-0@0  producer \\d+, other  last record .*"),
                                line -> assertThat(line)
                                        .matches("aborted    orders-1@0  producer \\d+, other  last record .*"),
                                line -> assertThat(line)
                                        .matches("running    orders-2@0  producer \\d+, running  last record .*"));
                assertThat(read(brokers)).containsExactly("whole");

                CommandRun ended =
                        CommandRun.of("transactions", "end", "--bootstrap-servers", brokers, "--topic", TOPIC);
                assertThat(ended.exitCode()).as(ended.err()).isZero();
                assertThat(ended.out())
                        .contains("ended  committed  orders-0@0")
                        .contains("ended  aborted    orders-1@0");
                assertThat(CommandRun.of("transactions", "list", "--bootstrap-servers", brokers)
                                .exitCode())
                        .isZero();
                assertThat(read(brokers)).containsExactlyInAnyOrder("committed", "whole");
                running.commitTransaction();
                write(other, 0, "next");
                other.commitTransaction();
                assertThat(read(brokers)).containsExactlyInAnyOrder("committed", "whole", "running", "next");
            }
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(String brokers, String id) {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers, ProducerConfig.TRANSACTIONAL_ID_CONFIG, id),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    private static void write(KafkaProducer<byte[], byte[]> producer, int partition, String value) throws Exception {
        producer.beginTransaction();
        long anHourAgo = Instant.now().minus(Duration.ofHours(1)).toEpochMilli();
        producer.send(new ProducerRecord<>(TOPIC, partition, anHourAgo, null, value.getBytes(UTF_8)))
                .get();
    }

    /** What read_committed readers can read; a reader of a partition that is blocked gives up. */
    private static List<String> read(String brokers) throws Exception {
        List<String> values = new ArrayList<>();
        try (TopicReader reader = TopicReader.ofCommitted(List.of(TOPIC), Map.of("bootstrap.servers", brokers))) {
            reader.readToEnd(record -> values.add(new String(record.value(), UTF_8)));
        }
        return values;
    }
}
