package io.millrace.partitions;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registration of a task's metrics in JMX, under {@code io.millrace:type=TYPE,connector=NAME,task=NUMBER}. It ends with
 * {@link #close}. Safe for use by many threads.
 */
public final class TaskMetrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskMetrics.class);
    /** A task that hangs while it is stopped has its successor in the same process. */
    private static final Map<ObjectName, TaskMetrics> REGISTERED = new ConcurrentHashMap<>();

    /** Null if JMX refused. */
    private final @Nullable ObjectName name;

    private TaskMetrics(@Nullable ObjectName name) {
        this.name = name;
    }

    /**
     * Registers the metrics of a task, in place of those that a former one has left.
     *
     * @param type the type of the connector, such as {@code topic-source}
     * @param metrics implements an interface whose name ends in {@code MXBean}
     * @return the registration; if JMX refuses, a WARN is logged, and there is nothing to close
     */
    public static TaskMetrics register(String type, String connector, String task, Object metrics) {
        try {
            ObjectName name = new ObjectName(
                    "io.millrace:type=" + type + ",connector=" + quoted(connector) + ",task=" + quoted(task));
            TaskMetrics registration = new TaskMetrics(name);
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            synchronized (REGISTERED) {
                if (server.isRegistered(name)) {
                    server.unregisterMBean(name);
                }
                server.registerMBean(metrics, name);
                REGISTERED.put(name, registration);
            }
            return registration;
        } catch (JMException e) {
            LOG.warn("Registering metrics in JMX failed: {}", connector, e);
            return new TaskMetrics(null);
        }
    }

    /** As Kafka's own metrics have it: quoted only if it must be. */
    private static String quoted(String value) {
        return value.matches("[\\w. %-]+") ? value : ObjectName.quote(value);
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
