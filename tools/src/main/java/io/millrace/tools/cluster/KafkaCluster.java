package io.millrace.tools.cluster;

import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.PartitionLog;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.PropertiesFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The brokers: topics, the ends of logs, and the offsets of consumer groups. Needs Describe on the topics and groups that are
 * read. For one thread.
 */
public final class KafkaCluster implements AutoCloseable {
    /** The options that {@link #readSettings} reads. */
    public static final Set<String> OPTIONS = Set.of("--bootstrap-servers", "--client-config");

    private static final int TIMEOUT_MS = 20_000;

    private final Admin admin;
    private final KafkaLogs logs;

    /** With settings of Kafka's clients. */
    public KafkaCluster(Properties settings) {
        Map<String, Object> client = new HashMap<>();
        settings.forEach((name, value) -> client.put((String) name, value));
        client.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
        client.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        this.admin = Admin.create(client);
        this.logs = new KafkaLogs(client);
    }

    /**
     * The settings of Kafka's clients: those of {@code --client-config}, and {@code --bootstrap-servers}.
     *
     * @return without bootstrap.servers if neither sets it
     * @throws io.millrace.tools.input.UsageException if the file cannot be read
     */
    public static Properties readSettings(Arguments arguments) {
        Properties settings = new Properties();
        settings.putAll(PropertiesFile.read(arguments, "--client-config"));
        arguments
                .value("--bootstrap-servers")
                .ifPresent(brokers -> settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers));
        return settings;
    }

    /** The names of all topics that the user may see. */
    public Set<String> findTopics() throws UnreachableException {
        return await(admin.listTopics().names());
    }

    /** The names of all topics that the user may see, those of the brokers themselves included. */
    public Set<String> findAllTopics() throws UnreachableException {
        return await(
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
    }

    /** The partitions of these topics, without those of topics that do not exist. */
    public Set<TopicPartition> findPartitions(Collection<String> topics) throws UnreachableException {
        Set<TopicPartition> partitions = new HashSet<>();
        Map<String, KafkaFuture<TopicDescription>> answers =
                admin.describeTopics(topics).topicNameValues();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
            try {
                await(answer.getValue())
                        .partitions()
                        .forEach(partition ->
                                partitions.add(new TopicPartition(answer.getKey(), partition.partition())));
            } catch (MissingTopicException e) {
                // Is left out.
            }
        }
        return partitions;
    }

    /** A topic's settings, with the brokers' defaults. Needs DescribeConfigs on the topic. */
    public Map<String, String> readTopicConfig(String topic) throws UnreachableException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Map<String, String> settings = new HashMap<>();
        Config config = await(admin.describeConfigs(List.of(resource)).all()).get(resource);
        if (config != null) {
            config.entries().forEach(entry -> settings.put(entry.name(), entry.value()));
        }
        return settings;
    }

    /** The logs of partitions, without those that do not exist. */
    public Map<TopicPartition, PartitionLog> readLogs(Collection<TopicPartition> partitions)
            throws UnreachableException {
        try {
            return logs.readLogs(partitions);
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    /** The offsets that a consumer group has committed. */
    public Map<TopicPartition, Long> readCommitted(String group, Collection<TopicPartition> partitions)
            throws UnreachableException {
        try {
            return logs.readCommitted(group, partitions);
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    /**
     * The transactions that are open in partitions, in the order of these. Needs Describe and Read on the topics.
     */
    public List<OpenTransaction> findOpenTransactions(Collection<TopicPartition> partitions)
            throws UnreachableException {
        Map<TopicPartition, Long> stable = readStableEnds(partitions);
        Map<TopicPartition, PartitionLog> found = readLogs(partitions);
        List<TopicPartition> blocked = partitions.stream()
                .filter(partition -> stable.containsKey(partition)
                        && found.containsKey(partition)
                        && stable.get(partition) < found.get(partition).endOffset())
                .sorted(Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition))
                .toList();
        List<OpenTransaction> open = new ArrayList<>();
        Map<TopicPartition, PartitionProducerState> producers =
                await(admin.describeProducers(blocked).all());
        for (TopicPartition partition : blocked) {
            PartitionProducerState state = Objects.requireNonNull(producers.get(partition));
            state.activeProducers().stream()
                    .filter(producer -> producer.currentTransactionStartOffset().isPresent())
                    .map(producer -> new OpenTransaction(
                            partition,
                            producer.producerId(),
                            (short) producer.producerEpoch(),
                            producer.coordinatorEpoch().orElse(-1),
                            producer.currentTransactionStartOffset().getAsLong(),
                            producer.lastTimestamp()))
                    .forEach(open::add);
        }
        return open;
    }

    private Map<TopicPartition, Long> readStableEnds(Collection<TopicPartition> partitions)
            throws UnreachableException {
        try {
            return logs.readStableEnds(partitions);
        } catch (KafkaException e) {
            throw unreachable(e);
        }
    }

    /** The leader of a partition; {@code Node.noNode()} if it has none. Needs Describe on the topic. */
    public Node findLeader(TopicPartition partition) throws UnreachableException {
        TopicDescription topic = Objects.requireNonNull(
                await(admin.describeTopics(List.of(partition.topic())).allTopicNames())
                        .get(partition.topic()));
        Node leader = topic.partitions().get(partition.partition()).leader();
        return leader == null ? Node.noNode() : leader;
    }

    /** Deletes the records of partitions before offsets. Needs Delete on the topics. */
    public void deleteRecords(Map<TopicPartition, Long> offsets) throws UnreachableException {
        Map<TopicPartition, RecordsToDelete> before = new HashMap<>();
        offsets.forEach((partition, offset) -> before.put(partition, RecordsToDelete.beforeOffset(offset)));
        await(admin.deleteRecords(before).all());
    }

    private static <T> T await(KafkaFuture<T> future) throws UnreachableException {
        try {
            return future.get(2L * TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof UnknownTopicOrPartitionException) {
                throw new MissingTopicException();
            }
            throw unreachable(cause == null ? e : cause);
        } catch (TimeoutException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        }
    }

    private static UnreachableException unreachable(Throwable cause) {
        return new UnreachableException("The brokers do not answer, or refuse: " + cause.getMessage());
    }

    /** A topic does not exist. */
    private static final class MissingTopicException extends RuntimeException {}

    @Override
    public void close() {
        logs.close();
        admin.close(Duration.ZERO);
    }
}
