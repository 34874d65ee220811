package io.millrace.connectors.event;

import io.millrace.changes.RowValues;
import io.millrace.retry.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out that Debezium gives up a table of a snapshot that was requested by a signal. It does so after any error of its JDBC
 * connection, which may have been lost hours before, writes a warning to the log, and continues with the changes. Its notifications show
 * it, which are records in the order of the changes. No record behind such a notification is passed on, so the stored source offset is
 * one from before the failure; a wrapped task that starts again there repeats the chunk, or the signal. For use by one thread.
 *
 * <p>Source: {@code warnAndSkip} of Debezium 3.6's {@code AbstractIncrementalSnapshotChangeEventSource}, {@code doBlockingSnapshot} of its
 * {@code ChangeEventSourceCoordinator}, and its {@code SinkNotificationChannel}.
 */
final class SnapshotRetries {
    /** The topic of the notifications if the user has none; they are not sent. */
    static final String TOPIC = "millrace.notifications";

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotRetries.class);
    private static final String SCHEMA = "io.debezium.connector.common.Notification";
    private static final String INCREMENTAL = "Incremental Snapshot";
    private static final int MOST_ATTEMPTS = 6;
    /** How long Debezium has to name the error of an initial snapshot, before which it announces that it is aborted. */
    private static final long TIME_TO_FAIL_MS = 5_000;

    private static final Backoff BETWEEN_ATTEMPTS = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));

    private final SnapshotFailurePolicy policy;
    private final LongSupplier clock;
    /** The table that was given up in the last attempt; null if there is none. */
    private @Nullable String table;

    private int attempts;
    private long nextAttempt;
    private boolean aborted;
    private long abortedUntil;

    /**
     * Nothing has failed.
     *
     * @param policy the treatment of a table that still fails after the last attempt
     * @param clock milliseconds since any moment
     */
    SnapshotRetries(SnapshotFailurePolicy policy, LongSupplier clock) {
        this.policy = policy;
        this.clock = clock;
    }

    /** The records before the first failure, without the notifications that only this class reads. */
    List<SourceRecord> takeBeforeFailure(List<SourceRecord> polled) {
        if (aborted) {
            throwIfNotExplained();
            return List.of();
        }
        if (polled.stream().noneMatch(SnapshotRetries::isNotification)) {
            return polled;
        }
        List<SourceRecord> taken = new ArrayList<>(polled.size());
        for (SourceRecord record : polled) {
            if (isNotification(record)) {
                observe(record);
                if (hasFailed() || aborted) {
                    return taken;
                }
            }
            if (!isNotification(record) || !TOPIC.equals(record.topic())) {
                taken.add(record);
            }
        }
        return taken;
    }

    /** Whether the wrapped task must start again at the stored source offset before it is polled. */
    boolean hasFailed() {
        return table != null;
    }

    /** How long to wait until it may start again, in milliseconds; 0 if it may. */
    long waitMs() {
        return Math.max(0, nextAttempt - clock.getAsLong());
    }

    /** The wrapped task has started again. */
    void passRestart() {
        table = null;
        aborted = false;
    }

    /**
     * The wrapped task could not start again.
     *
     * @throws ConnectException if that was the last attempt
     */
    void failRestart(RuntimeException failure) {
        LOG.warn("The wrapped task could not start again for the snapshot of table {}", table, failure);
        if (++attempts >= MOST_ATTEMPTS) {
            throw new ConnectException("The wrapped task could not start again after " + describeFailures(), failure);
        }
        delay();
    }

    private void observe(SourceRecord notification) {
        String type = String.valueOf(RowValues.get(notification.value(), "type"));
        Object details = RowValues.get(notification.value(), "additional_data");
        Map<?, ?> data = details instanceof Map<?, ?> map ? map : Map.of();
        if (!INCREMENTAL.equals(RowValues.get(notification.value(), "aggregate_type"))) {
            if (type.equals("ABORTED")) {
                aborted = true;
                abortedUntil = clock.getAsLong() + TIME_TO_FAIL_MS;
            }
        } else if (type.equals("IN_PROGRESS")) {
            attempts = 0;
        } else if (type.equals("TABLE_SCAN_COMPLETED") && "SQL_EXCEPTION".equals(data.get("status"))) {
            observeFailure(String.valueOf(data.get("scanned_collection")));
        }
    }

    private void observeFailure(String failed) {
        attempts++;
        if (attempts < MOST_ATTEMPTS) {
            table = failed;
            delay();
            LOG.warn(
                    "The snapshot of table {}, which a signal requested, has failed; the task's log has Debezium's reason. The"
                            + " wrapped task starts again at the stored source offset in {} ms, and repeats what is missing.",
                    failed,
                    waitMs());
            return;
        }
        if (policy == SnapshotFailurePolicy.FAIL) {
            table = failed;
            throw new ConnectException(describeFailures()
                    + ", and the task's log has Debezium's reason. Remove it and restart the task: the table is"
                    + " read then. Or set " + EventSourceOptions.ON_SNAPSHOT_FAILURE.name() + "="
                    + SnapshotFailurePolicy.SKIP
                    + ", with which the other tables and the changes go on without its rows.");
        }
        LOG.error(
                "{}. It is left out of the snapshot, because {} is {}.",
                describeFailures(failed),
                EventSourceOptions.ON_SNAPSHOT_FAILURE.name(),
                policy);
        attempts = 0;
    }

    private String describeFailures() {
        return describeFailures(table);
    }

    private String describeFailures(@Nullable String failed) {
        return "The snapshot of table " + failed + ", which a signal requested, has failed " + attempts + " times";
    }

    private void delay() {
        nextAttempt = clock.getAsLong() + BETWEEN_ATTEMPTS.waitMs(attempts);
    }

    /** An initial snapshot fails with an error of its own; a blocking one does not, and is not repeated after a restart. */
    private void throwIfNotExplained() {
        if (clock.getAsLong() > abortedUntil) {
            throw new ConnectException(
                    "A blocking snapshot, which a signal requested, was aborted; the task's log has Debezium's"
                            + " reason. Remove it, restart the task, and request the snapshot again.");
        }
    }

    private static boolean isNotification(SourceRecord record) {
        Schema schema = record.valueSchema();
        return schema != null && SCHEMA.equals(schema.name());
    }
}
