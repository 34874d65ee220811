package io.millrace.connectors.schedule;

import io.millrace.changes.IdentityRecord;
import io.millrace.changes.SourcePosition;
import io.millrace.changes.TopicPosition;
import io.millrace.config.ProcessingGuarantee;
import io.millrace.connectors.schedule.OutgoingRecord.Kind;
import io.millrace.events.MillraceVersion;
import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.PartitionReader;
import io.millrace.partitions.PartitionSplit;
import io.millrace.partitions.StateLoader;
import io.millrace.partitions.StateTopic;
import io.millrace.partitions.TransactionPause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.TransactionContext;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the commands of partitions of the requests topic, and sends the messages of their schedules. The schedules of a
 * partition are in the partition of the schedules topic of the same number. Each batch ends with a transaction's end, so that the
 * worker commits it as a whole.
 *
 * <p>{@link #poll} returns within about a second, also while the brokers do not answer, because Connect stops a task when its
 * {@code poll} has returned, on the same thread.
 */
public final class ScheduleSourceTask extends SourceTask {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final TransactionPause pause = new TransactionPause();

    /** Null until {@link #start}. */
    private @Nullable StartedTask started;

    /** The parts of a started task. */
    private record StartedTask(
            ScheduleRun run,
            MessagesFirst order,
            ClusterCheck cluster,
            KafkaLogs logs,
            ExecutorService queries,
            ScheduleMetrics metrics) {}

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        AbstractConfig config = ScheduleSourceOptions.ALL.read(properties);
        if (ScheduleSourceOptions.GUARANTEE.get(config) == ProcessingGuarantee.EXACTLY_ONCE
                && context.transactionContext() == null) {
            throw new ConnectException(ProcessingGuarantee.OPTION + "=exactly_once: expected a distributed worker with"
                    + " exactly.once.source.support=enabled, found one without transactions");
        }
        KafkaLogs logs = new KafkaLogs(BrokerOptions.clientSettings(config));
        try {
            StateTopic schedules = ScheduleSourceOptions.stateTopic(config);
            Duration patience = ScheduleSourceOptions.patience(config);
            schedules.requireState(
                    logs,
                    context.offsetStorageReader(),
                    List.of(ScheduleSourceOptions.REQUESTS_TOPIC.get(config)),
                    ScheduleSourceOptions.nameOf(config),
                    patience);
            schedules.prepare(logs, patience);
            started = start(config, properties, logs);
        } catch (RuntimeException e) {
            logs.close();
            throw e;
        }
    }

    private StartedTask start(AbstractConfig config, Map<String, String> properties, KafkaLogs logs) {
        String connector = ScheduleSourceOptions.nameOf(config);
        String task = PartitionSplit.numberOf(properties);
        List<TopicPartition> partitions = PartitionSplit.partitionsOf(properties);
        String schedulesTopic = ScheduleSourceOptions.SCHEDULES_TOPIC.get(config);
        PartitionReader.Settings settings = new PartitionReader.Settings(
                connector,
                task,
                BrokerOptions.clientSettings(config),
                ScheduleSourceOptions.MAX_POLL_RECORDS.get(config),
                ScheduleSourceOptions.patience(config));
        Map<TopicPartition, TopicPosition> committed =
                PartitionReader.readCommitted(context.offsetStorageReader(), partitions);
        ScheduleCounts counts = new ScheduleCounts();
        ExecutorService queries = startThread("millrace-" + connector + "-" + task + "-targets");
        Optional<Function<String, NewTopic>> creation = ScheduleSourceOptions.creation(config);
        Scheduler scheduler = new Scheduler(
                ScheduleSourceOptions.schedulerSettings(config),
                new KnownTopics(new BrokerTopics(logs, creation), creation.isPresent(), queries, System::nanoTime),
                counts);
        StateLoader loader = new StateLoader(
                settings,
                partitions.stream()
                        .map(partition -> new TopicPartition(schedulesTopic, partition.partition()))
                        .toList());
        ScheduleMetrics metrics = new ScheduleMetrics(connector, task, counts, System::currentTimeMillis);
        Duration commandsTimeout = Duration.ofMillis(ScheduleSourceOptions.COMMANDS_TIMEOUT_MS.get(config));
        ScheduleRun run = new ScheduleRun(
                loader,
                () -> new CommandReader(settings, partitions, committed, commandsTimeout),
                scheduler,
                metrics,
                ScheduleSourceOptions.MAX_POLL_RECORDS.get(config),
                System::currentTimeMillis);
        return new StartedTask(
                run, new MessagesFirst(), new ClusterCheck(schedulesTopic, logs), logs, queries, metrics);
    }

    private static ExecutorService startThread(String name) {
        return Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        StartedTask own = Objects.requireNonNull(started, "The task was used before its start");
        pause.await();
        own.cluster().require();
        List<SourceRecord> records = own.order().isHolding() ? own.order().release(LONGEST_WAIT) : next(own);
        return records.isEmpty() ? null : records;
    }

    private List<SourceRecord> next(StartedTask own) {
        OutgoingBatch batch = own.run().next(LONGEST_WAIT);
        TransactionContext transactions = context.transactionContext();
        BatchPositions positions = BatchPositions.of(batch, own.run(), transactions != null);
        List<SourceRecord> first = new ArrayList<>(batch.records().size());
        List<SourceRecord> later = new ArrayList<>();
        for (OutgoingRecord record : batch.records()) {
            boolean isFiredState = record.kind() == Kind.STATE && record.nextOffset() < 0;
            (transactions == null && isFiredState ? later : first)
                    .add(toSourceRecord(record, positions.positionOf(record)));
        }
        if (transactions != null && !first.isEmpty()) {
            pause.addTransaction(first.size());
            transactions.commitTransaction(first.get(first.size() - 1));
        }
        return own.order().hold(first, later);
    }

    private static SourceRecord toSourceRecord(OutgoingRecord record, SourcePosition position) {
        ConnectHeaders headers = new ConnectHeaders();
        for (Header header : record.headers()) {
            headers.add(header.key(), header.value(), Schema.OPTIONAL_BYTES_SCHEMA);
        }
        return IdentityRecord.of(new SourceRecord(
                position.partition(),
                position.offset(),
                record.topic(),
                record.partition(),
                Schema.OPTIONAL_BYTES_SCHEMA,
                record.key(),
                Schema.OPTIONAL_BYTES_SCHEMA,
                record.value(),
                null,
                headers));
    }

    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
        StartedTask own = started;
        if (own != null) {
            own.order().remove(record);
            if (metadata != null) {
                own.cluster().addWritten(metadata);
            }
        }
    }

    @Override
    public void stop() {
        // Connect also stops a task that could not start.
        StartedTask own = started;
        if (own != null) {
            ScheduleMetrics metrics = own.metrics();
            KafkaLogs logs = own.logs();
            own.queries().shutdownNow();
            try (metrics;
                    logs) {
                own.run().close();
            }
        }
    }
}
