package io.millrace.connectors.topic;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the work of a task, and publishes it in JMX until it is closed. Safe for use by many threads. */
final class TopicSourceMetrics implements TopicSourceMXBean, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSourceMetrics.class);
    /** A task that hangs while it is stopped has its successor in the same process. */
    private static final Map<ObjectName, TopicSourceMetrics> REGISTERED = new ConcurrentHashMap<>();

    private final @Nullable ObjectName name;
    private final LongAdder records = new LongAdder();
    private final LongAdder undecodable = new LongAdder();
    private final LongAdder heartbeats = new LongAdder();
    private volatile long lag = -1;

    /** Registers the metrics of this task. If JMX refuses, they are still counted. */
    TopicSourceMetrics(String connector, String task) {
        ObjectName registered = null;
        try {
            registered = new ObjectName(
                    "io.millrace:type=topic-source,connector=" + quoted(connector) + ",task=" + quoted(task));
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

    void countRecords(long count) {
        records.add(count);
    }

    void countUndecodable() {
        undecodable.increment();
    }

    void countHeartbeats(long count) {
        heartbeats.add(count);
    }

    void setLag(long newLag) {
        lag = newLag;
    }

    @Override
    public long getRecords() {
        return records.sum();
    }

    @Override
    public long getUndecodableRecords() {
        return undecodable.sum();
    }

    @Override
    public long getHeartbeats() {
        return heartbeats.sum();
    }

    @Override
    public long getLagRecords() {
        return lag;
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
}
