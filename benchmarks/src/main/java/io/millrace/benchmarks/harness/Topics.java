package io.millrace.benchmarks.harness;

import io.millrace.testing.servers.KafkaBroker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Makes, reads and removes topics. */
public final class Topics {
    private static final long POLL_MS = 50;

    private Topics() {}

    /** Makes a topic with so many partitions; returns when each has a leader, so that no record comes before it. */
    public static void createTopic(KafkaBroker broker, String topic, int partitions) {
        createTopic(broker, topic, partitions, Map.of());
    }

    /** The same for a topic with settings. */
    public static void createTopic(KafkaBroker broker, String topic, int partitions, Map<String, String> settings) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(
                            List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(settings)))
                    .all()
                    .get();
            while (!hasLeaders(admin, topic, partitions)) {
                Thread.sleep(POLL_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + topic + " was made", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The topic " + topic + " could not be made", e.getCause());
        }
    }

    /** A consumer of the committed records of a topic, from the beginning. */
    public static KafkaConsumer<byte[], byte[]> readCommitted(KafkaBroker broker, String topic, int partitions) {
        return readCommitted(
                broker,
                IntStream.range(0, partitions)
                        .mapToObj(partition -> new TopicPartition(topic, partition))
                        .toList());
    }

    /** The same for some partitions. */
    public static KafkaConsumer<byte[], byte[]> readCommitted(KafkaBroker broker, List<TopicPartition> partitions) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "isolation.level",
                        "read_committed",
                        "max.poll.records",
                        50_000,
                        "enable.auto.commit",
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(partitions);
        consumer.seekToBeginning(consumer.assignment());
        return consumer;
    }

    /** Removes a topic with all that is in it. */
    public static void deleteTopic(KafkaBroker broker, String topic) {
        deleteTopics(broker, List.of(topic));
    }

    /** Removes topics with all that is in them. */
    public static void deleteTopics(KafkaBroker broker, List<String> topics) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteTopics(topics).all().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while topics were removed: " + topics, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Topics could not be removed: " + topics, e.getCause());
        }
    }

    /** The size of topics on the disks of all brokers, without indexes, in bytes. */
    public static long sizeOf(KafkaBroker broker, List<String> topics) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            List<Integer> nodes =
                    admin.describeCluster().nodes().get().stream().map(Node::id).toList();
            return admin.describeLogDirs(nodes).allDescriptions().get().values().stream()
                    .flatMap(directories -> directories.values().stream())
                    .flatMap(directory -> directory.replicaInfos().entrySet().stream())
                    .filter(replica -> topics.contains(replica.getKey().topic()))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the size of topics was read: " + topics, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The size of topics could not be read: " + topics, e.getCause());
        }
    }

    /**
     * Queries the leaders themselves: the cluster lists them before they are ready. If a leader refuses the first
     * request and accepts the next ones, an idempotent producer has a gap that it cannot fill.
     */
    private static boolean hasLeaders(Admin admin, String topic, int partitions)
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> all = IntStream.range(0, partitions)
                .boxed()
                .collect(Collectors.toMap(
                        partition -> new TopicPartition(topic, partition), partition -> OffsetSpec.latest()));
        try {
            return admin.listOffsets(all).all().get().size() == partitions;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                return false;
            }
            throw e;
        }
    }
}
