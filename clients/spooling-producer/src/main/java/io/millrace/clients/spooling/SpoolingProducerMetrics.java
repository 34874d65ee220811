package io.millrace.clients.spooling;

import java.lang.management.ManagementFactory;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the metrics of a producer in JMX until it is closed. Safe for use by many threads. */
final class SpoolingProducerMetrics implements SpoolingProducerMXBean, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolingProducerMetrics.class);

    private final RecordRouter router;
    private final ObjectWriter writer;
    private final Ticker ticker;
    /** Null if JMX refused. */
    private final @Nullable ObjectName name;

    SpoolingProducerMetrics(String clientId, RecordRouter router, ObjectWriter writer, Ticker ticker) {
        this.router = router;
        this.writer = writer;
        this.ticker = ticker;
        this.name = register(clientId);
    }

    private @Nullable ObjectName register(String clientId) {
        try {
            String quoted = clientId.matches("[\\w. %-]+") ? clientId : ObjectName.quote(clientId);
            ObjectName own = new ObjectName("io.millrace:type=spooling-producer,client-id=" + quoted);
            ManagementFactory.getPlatformMBeanServer().registerMBean(this, own);
            return own;
        } catch (JMException e) {
            LOG.warn("Registering metrics in JMX failed: {}", clientId, e);
            return null;
        }
    }

    @Override
    public String getState() {
        return router.state().name();
    }

    @Override
    public long getSpooled() {
        return writer.spooled();
    }

    @Override
    public long getSpoolFailures() {
        return writer.failures();
    }

    @Override
    public long getHeldSlots() {
        return router.busySlots();
    }

    @Override
    public long getOldestUnrecoveredMillis() {
        StoredSequence oldest = writer.oldestUnrecovered();
        return oldest == null ? 0 : Math.max(0, ticker.wallMs() - oldest.wallMs());
    }

    @Override
    public long getWaitingBytes() {
        return router.usedBytes();
    }

    @Override
    public void close() {
        if (name != null) {
            try {
                ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
            } catch (InstanceNotFoundException e) {
                LOG.debug("{} was not registered in JMX any more", name, e);
            } catch (JMException e) {
                LOG.warn("Unregistering {} from JMX failed", name, e);
            }
        }
    }
}
