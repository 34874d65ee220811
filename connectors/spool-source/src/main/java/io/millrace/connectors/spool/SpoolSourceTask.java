package io.millrace.connectors.spool;

import io.millrace.events.MillraceVersion;
import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.KafkaLogs;
import io.millrace.spool.SpoolStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;

/**
 * Returns the records of a share of the producers in a spool. Objects are deleted when {@link #commitRecord} came for all of their records:
 * {@link #commit} may come after half a batch.
 */
public final class SpoolSourceTask extends SourceTask {
    /** Connect waits for a task no longer, and this one waits for the brokers within its calls. */
    private static final int BROKER_TIMEOUT_MS = 3_000;

    /** Null until {@link #start}. */
    private volatile @Nullable SpoolRecovery recovery;

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        AbstractConfig config = SpoolSourceOptions.ALL.read(properties);
        int number = SpoolSourceOptions.taskNumber(properties);
        String connector = SpoolSourceOptions.nameOf(config);
        Map<String, Object> clients = BrokerOptions.clientSettings(config);
        Map<String, Object> admin = new HashMap<>(clients);
        admin.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, BROKER_TIMEOUT_MS);
        admin.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, BROKER_TIMEOUT_MS);
        SpoolStore store = SpoolStore.open(properties);
        SpoolSourceMetrics metrics = new SpoolSourceMetrics(connector, String.valueOf(number));
        KafkaLogs logs = new KafkaLogs(admin);
        BrokerWatch watch = new BrokerWatch(System::nanoTime);
        String name = "millrace-" + connector + "-" + number;
        AmbiguityCheck check = new AmbiguityCheck(
                clients, name, logs, watch, SpoolSourceOptions.VERIFY_MAX_RECORDS.get(config), metrics);
        recovery = new SpoolRecovery(
                new SpoolRecovery.Settings(
                        number,
                        SpoolSourceOptions.taskCount(properties),
                        SpoolSourceOptions.MAX_POLL_RECORDS.get(config),
                        SpoolSourceOptions.VERIFY.get(config),
                        SpoolSourceOptions.delay(config),
                        SpoolSourceOptions.ON_CORRUPT.get(config) == CorruptObjects.SKIP,
                        Set.copyOf(SpoolSourceOptions.SKIP_EVENT_IDS.get(config))),
                store,
                new SpoolRecords(SpoolStore.LOCATION.get(config)),
                new KafkaQueries(name, logs, watch, check),
                metrics,
                partition -> SpoolPosition.of(context.offsetStorageReader().<String>offset(partition)),
                System::nanoTime);
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        List<SourceRecord> records = Objects.requireNonNull(recovery, "The task was used before its start")
                .next();
        return records.isEmpty() ? null : records;
    }

    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
        SpoolRecovery own = recovery;
        // A record that a transform drops has no metadata; there are no transforms.
        if (own != null && metadata != null) {
            own.confirm(record);
        }
    }

    @Override
    public void stop() {
        // Connect also stops a task that could not start.
        SpoolRecovery own = recovery;
        if (own != null) {
            own.close();
        }
    }
}
