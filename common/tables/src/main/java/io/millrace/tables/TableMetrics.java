package io.millrace.tables;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows a table's status in JMX until it is closed. */
final class TableMetrics implements TableMXBean, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TableMetrics.class);
    /** Two tables may have one name. */
    private static final AtomicLong NEXT_ID = new AtomicLong();

    private final Supplier<TableStatus> status;
    private final @Nullable ObjectName name;

    TableMetrics(String table, String topic, Supplier<TableStatus> status) {
        this.status = status;
        ObjectName registered = null;
        try {
            registered = new ObjectName("io.millrace:type=table,name=" + ObjectName.quote(table) + ",topic="
                    + ObjectName.quote(topic) + ",id=" + NEXT_ID.incrementAndGet());
            ManagementFactory.getPlatformMBeanServer().registerMBean(this, registered);
        } catch (JMException e) {
            LOG.warn("Registering metrics in JMX failed: {}", table, e);
        }
        this.name = registered;
    }

    @Override
    public String getState() {
        return status.get().state().name();
    }

    @Override
    public String getReason() {
        return status.get().reason().orElse("");
    }

    @Override
    public int getEntries() {
        return status.get().entries();
    }

    @Override
    public long getBytes() {
        return status.get().bytes();
    }

    @Override
    public long getRecordsRead() {
        return status.get().recordsRead();
    }

    @Override
    public long getStalenessMillis() {
        return status.get().staleness().map(Duration::toMillis).orElse(-1L);
    }

    @Override
    public long getUndecodable() {
        return status.get().undecodable();
    }

    @Override
    public long getReloads() {
        return status.get().reloads();
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
}
