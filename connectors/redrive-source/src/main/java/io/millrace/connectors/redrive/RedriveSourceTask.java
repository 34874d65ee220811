package io.millrace.connectors.redrive;

import io.millrace.changes.TopicPosition;
import io.millrace.events.MillraceVersion;
import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.PartitionReader;
import io.millrace.partitions.PartitionSplit;
import io.millrace.partitions.StartPosition;
import io.millrace.partitions.StateLoader;
import io.millrace.partitions.TransactionPause;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.TransactionContext;
import org.jspecify.annotations.Nullable;

/**
 * Reads partitions of dead letter queues, and returns what is sent of their letters, and the letters that wait. With exactly-once support a batch is
 * a transaction of Kafka, of which the positions in the queues are a part.
 *
 * <p>{@link #poll} returns within about a second, also while the brokers do not answer, because Connect stops a task when its
 * {@code poll} has returned, on the same thread.
 */
public final class RedriveSourceTask extends SourceTask {
    private final TransactionPause pause = new TransactionPause();

    /** Null until {@link #start}. */
    private @Nullable LetterBatches batches;

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        AbstractConfig config = RedriveSourceOptions.ALL.read(properties);
        String connector = RedriveSourceOptions.nameOf(config);
        String task = PartitionSplit.numberOf(properties);
        List<TopicPartition> partitions = PartitionSplit.partitionsOf(properties);
        Map<TopicPartition, TopicPosition> committed =
                PartitionReader.readCommitted(context.offsetStorageReader(), partitions);
        Duration patience = RedriveSourceOptions.patience(config);
        Map<String, Object> clients = BrokerOptions.clientSettings(config);
        int most = RedriveSourceOptions.MAX_POLL_RECORDS.get(config);
        PartitionReader.Settings settings = new PartitionReader.Settings(connector, task, clients, most, patience);
        String state = RedriveSourceOptions.stateTopic(config);
        TransactionContext transaction = context.transactionContext();
        PartitionReader reader =
                new PartitionReader(settings, partitions, committed, StartPosition.parse(StartPosition.EARLIEST));
        StateLoader loader;
        try {
            loader = new StateLoader(settings, List.of(new TopicPartition(state, 0)));
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
        TopicSizes sizes =
                new TopicSizes(new KafkaLogs(clients), "millrace-" + connector + "-" + task + "-topics", patience);
        batches = new LetterBatches(
                new Redriver(
                        RedriveSourceOptions.policy(config), RedriveSourceOptions.MAX_BYTES.get(config), sizes::count),
                reader,
                loader,
                sizes,
                new RedriveRecords(state, transaction == null),
                new RedriveSourceMetrics(connector, task),
                new LetterBatches.Settings(partitions, most, createsTopics(properties), transaction != null));
    }

    /** Whether Connect creates topics that do not exist. */
    private static boolean createsTopics(Map<String, String> properties) {
        return properties.containsKey("topic.creation.default.partitions");
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        pause.await();
        List<SourceRecord> records = requireStarted().next();
        if (records.isEmpty()) {
            return null;
        }
        TransactionContext transaction = context.transactionContext();
        if (transaction != null) {
            pause.addTransaction(records.size());
            transaction.commitTransaction(records.get(records.size() - 1));
        }
        return records;
    }

    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
        LetterBatches own = batches;
        if (own != null) {
            own.addSent(record);
        }
    }

    @Override
    public void stop() {
        // Connect also stops a task that could not start.
        if (batches != null) {
            batches.close();
        }
    }

    private LetterBatches requireStarted() {
        return Objects.requireNonNull(batches, "The task was used before its start");
    }
}
