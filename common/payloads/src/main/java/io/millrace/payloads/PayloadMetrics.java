package io.millrace.payloads;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts payloads, and shows them in JMX until it is closed. Safe for use by many threads. */
public final class PayloadMetrics implements PayloadsMXBean, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PayloadMetrics.class);
    /** Connect does not pass connector and task to transforms and converters. */
    private static final AtomicLong NEXT_ID = new AtomicLong();

    private final @Nullable ObjectName name;
    private final LongAdder inline = new LongAdder();
    private final LongAdder stored = new LongAdder();
    private final LongAdder storedBytes = new LongAdder();
    private final LongAdder storedCompressedBytes = new LongAdder();
    private final LongAdder objects = new LongAdder();
    private final LongAdder chunked = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder fallbacks = new LongAdder();
    private final LongAdder restored = new LongAdder();
    private final LongAdder restoredBytes = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder inFlight = new LongAdder();
    private final LongAdder storeNanos = new LongAdder();
    private final LongAccumulator maxStoreNanos = new LongAccumulator(Math::max, 0);
    private final LongAdder restoreNanos = new LongAdder();
    private final LongAccumulator maxRestoreNanos = new LongAccumulator(Math::max, 0);

    /**
     * Registers the metrics of a plugin. If JMX refuses, they are still counted.
     *
     * @param plugin the simple name of its class
     */
    public PayloadMetrics(String plugin) {
        ObjectName registered = null;
        try {
            registered =
                    new ObjectName("io.millrace:type=payloads,plugin=" + plugin + ",id=" + NEXT_ID.incrementAndGet());
            ManagementFactory.getPlatformMBeanServer().registerMBean(this, registered);
        } catch (JMException e) {
            LOG.warn("Registering metrics in JMX failed: {}", plugin, e);
        }
        this.name = registered;
    }

    /** A value stayed in its record. */
    public void countInline() {
        inline.increment();
    }

    public void beginTransfer(long bytes) {
        inFlight.add(bytes);
    }

    public void endTransfer(long bytes) {
        inFlight.add(-bytes);
    }

    public void countStored(String uri, long bytes, long compressedBytes, long nanos) {
        stored.increment();
        storedBytes.add(bytes);
        storedCompressedBytes.add(compressedBytes);
        if (uri.startsWith("s3:")) {
            objects.increment();
        } else if (uri.startsWith("kafka:")) {
            chunked.increment();
        }
        storeNanos.add(nanos);
        maxStoreNanos.accumulate(nanos);
    }

    public void countDuplicate() {
        duplicates.increment();
    }

    public void countFallback() {
        fallbacks.increment();
    }

    public void countRestored(long bytes, long nanos) {
        restored.increment();
        restoredBytes.add(bytes);
        restoreNanos.add(nanos);
        maxRestoreNanos.accumulate(nanos);
    }

    public void countRetry() {
        retries.increment();
    }

    public void countFailure(Throwable failure) {
        (failure instanceof RefusedPayloadException ? refused : failures).increment();
    }

    @Override
    public void close() {
        if (name != null) {
            try {
                ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
            } catch (JMException e) {
                LOG.debug("Unregistering {} from JMX failed", name, e);
            }
        }
    }

    @Override
    public long getInlinePayloads() {
        return inline.sum();
    }

    @Override
    public long getStoredPayloads() {
        return stored.sum();
    }

    @Override
    public long getStoredBytes() {
        return storedBytes.sum();
    }

    @Override
    public long getStoredCompressedBytes() {
        return storedCompressedBytes.sum();
    }

    @Override
    public long getObjectPayloads() {
        return objects.sum();
    }

    @Override
    public long getChunkedPayloads() {
        return chunked.sum();
    }

    @Override
    public long getDuplicatesSaved() {
        return duplicates.sum();
    }

    @Override
    public long getFallbackPayloads() {
        return fallbacks.sum();
    }

    @Override
    public long getRestoredPayloads() {
        return restored.sum();
    }

    @Override
    public long getRestoredBytes() {
        return restoredBytes.sum();
    }

    @Override
    public long getRetries() {
        return retries.sum();
    }

    @Override
    public long getFailures() {
        return failures.sum();
    }

    @Override
    public long getRefusedReferences() {
        return refused.sum();
    }

    @Override
    public long getBytesInFlight() {
        return inFlight.sum();
    }

    @Override
    public long getStoreTimeTotal() {
        return TimeUnit.NANOSECONDS.toMillis(storeNanos.sum());
    }

    @Override
    public long getMaxStoreTime() {
        return TimeUnit.NANOSECONDS.toMillis(maxStoreNanos.get());
    }

    @Override
    public long getRestoreTimeTotal() {
        return TimeUnit.NANOSECONDS.toMillis(restoreNanos.sum());
    }

    @Override
    public long getMaxRestoreTime() {
        return TimeUnit.NANOSECONDS.toMillis(maxRestoreNanos.get());
    }
}
