package io.millrace.connectors.projection.metrics;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the work of a task, and publishes it in JMX until it is closed. Safe for use by many threads. */
public final class SinkMetrics implements ProjectionSinkMXBean, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SinkMetrics.class);
    /** A task that hangs while it is stopped has its successor in the same process. */
    private static final Map<ObjectName, SinkMetrics> REGISTERED = new ConcurrentHashMap<>();

    private final @Nullable ObjectName name;
    private final LongAdder records = new LongAdder();
    private final LongAdder rowChanges = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder batchTime = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder fencedWrites = new LongAdder();
    private final AtomicLong maxBatchRecords = new AtomicLong();
    private final AtomicLong maxBatchTime = new AtomicLong();
    private final AtomicLong pending = new AtomicLong();
    private volatile long pendingSinceNanos;
    private volatile long lastBatchRecords;
    private volatile long lastBatchTime;
    private volatile long lastCommit;
    private volatile long rebuildBehind = -1;
    private volatile long openTransactionTime;

    /** Registers the metrics of this task. If JMX refuses, they are still counted. */
    public SinkMetrics(String connector, String task) {
        ObjectName registered = null;
        try {
            registered = new ObjectName(
                    "io.millrace:type=projection-sink,connector=" + quoted(connector) + ",task=" + quoted(task));
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            synchronized (REGISTERED) {
                if (server.isRegistered(registered)) {
                    server.unregisterMBean(registered);
                }
                server.registerMBean(this, registered);
                REGISTERED.put(registered, this);
            }
        } catch (JMException e) {
            LOG.warn("Registering metrics in JMX failed: {}", connector, e);
        }
        this.name = registered;
    }

    /** As Kafka's own metrics have it: quoted only if it must be. */
    private static String quoted(String value) {
        return value.matches("[\\w. %-]+") ? value : ObjectName.quote(value);
    }

    /** Records were taken. */
    public void took(int newRecords) {
        if (newRecords > 0) {
            records.add(newRecords);
            if (pending.getAndAdd(newRecords) == 0) {
                pendingSinceNanos = System.nanoTime();
            }
        }
    }

    /** A transaction was committed, that many nanoseconds after its first attempt began. */
    public void committed(int batchRecords, long changes, long refusedRecords, long nanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        batches.increment();
        rowChanges.add(changes);
        refused.add(refusedRecords);
        batchTime.add(millis);
        lastBatchRecords = batchRecords;
        lastBatchTime = millis;
        maxBatchRecords.accumulateAndGet(batchRecords, Math::max);
        maxBatchTime.accumulateAndGet(millis, Math::max);
        lastCommit = System.currentTimeMillis();
    }

    /** Of what was taken, this is committed. Not called by a writer that was given up. */
    public void settled(int batchRecords, long nanos) {
        // The rest arrived while this batch was written.
        pendingSinceNanos = System.nanoTime() - nanos;
        pending.addAndGet(-batchRecords);
    }

    /** Everything that was taken and not committed was given up, to be read again. */
    public void gaveUp() {
        pending.set(0);
    }

    /** The views are rebuilt, and are that many records behind; -1 if they are not, or no longer. */
    public void rebuilding(long behind) {
        rebuildBehind = behind;
    }

    /** For how long a transaction has been open in a partition of the task; zero if none is. */
    public void transactionOpen(Duration time) {
        openTransactionTime = time.toMillis();
    }

    public void retried() {
        retries.increment();
    }

    public void failed() {
        errors.increment();
    }

    public void fenced() {
        fencedWrites.increment();
    }

    @Override
    public void close() {
        synchronized (REGISTERED) {
            if (name != null && REGISTERED.remove(name, this)) {
                try {
                    ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
                } catch (JMException e) {
                    LOG.debug("Unregistering {} from JMX failed", name, e);
                }
            }
        }
    }

    @Override
    public long getRecords() {
        return records.sum();
    }

    @Override
    public long getRowChanges() {
        return rowChanges.sum();
    }

    @Override
    public long getRefusedRecords() {
        return refused.sum();
    }

    @Override
    public long getBatches() {
        return batches.sum();
    }

    @Override
    public long getLastBatchRecords() {
        return lastBatchRecords;
    }

    @Override
    public long getMaxBatchRecords() {
        return maxBatchRecords.get();
    }

    @Override
    public long getBatchTimeTotal() {
        return batchTime.sum();
    }

    @Override
    public long getLastBatchTime() {
        return lastBatchTime;
    }

    @Override
    public long getMaxBatchTime() {
        return maxBatchTime.get();
    }

    @Override
    public long getRetries() {
        return retries.sum();
    }

    @Override
    public long getErrors() {
        return errors.sum();
    }

    @Override
    public long getFencedWrites() {
        return fencedWrites.sum();
    }

    @Override
    public long getLedgerLagRecords() {
        return pending.get();
    }

    @Override
    public long getLedgerLagTime() {
        return pending.get() == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - pendingSinceNanos);
    }

    @Override
    public int getRebuildRunning() {
        return rebuildBehind < 0 ? 0 : 1;
    }

    @Override
    public long getRebuildRecordsBehind() {
        return Math.max(0, rebuildBehind);
    }

    @Override
    public long getOpenTransactionTime() {
        return openTransactionTime;
    }

    @Override
    public long getLastCommitTimestamp() {
        return lastCommit;
    }
}
