package io.millrace.partitions;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the partitions of a connector's topics, and reports new ones: of a topic that grows, and of a topic that did not exist
 * before. Partitions that disappear are kept, so that their task fails and states that the topic is gone.
 *
 * <p>Its thread begins with {@link #start} and ends with {@link #close}. Safe for use by many threads.
 */
public final class PartitionMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionMonitor.class);

    private final KafkaLogs logs;
    private final List<String> topics;
    private final Duration interval;
    private final Runnable onGrowth;
    private final Thread thread;

    @GuardedBy("this")
    private Map<String, Integer> counts = new HashMap<>();

    /**
     * A monitor.
     *
     * @param logs queries the brokers; closed with the monitor
     * @param interval the time between two queries
     * @param onGrowth called on the monitor's thread when there are new partitions
     */
    public PartitionMonitor(
            String connector, KafkaLogs logs, List<String> topics, Duration interval, Runnable onGrowth) {
        this.logs = logs;
        this.topics = List.copyOf(topics);
        this.interval = interval;
        this.onGrowth = onGrowth;
        this.thread = new Thread(this::watch, "millrace-partitions-" + connector);
        this.thread.setDaemon(true);
    }

    /**
     * Reads the partitions for the first time, and begins to watch them.
     *
     * @param patience how long to retry if the brokers do not answer
     * @throws ConnectException if the brokers do not answer in that time, or refuse to
     */
    public void start(Duration patience) {
        update(RetriedQuery.get("the partitions of " + topics, patience, () -> logs.countPartitions(topics)));
        TreeSet<String> missing = new TreeSet<>(topics);
        synchronized (this) {
            missing.removeAll(counts.keySet());
        }
        if (!missing.isEmpty()) {
            LOG.warn(
                    "The topics {} do not exist. They are read from their beginning when they are created; correct"
                            + " their names if they are wrong",
                    missing);
        }
        thread.start();
    }

    /** Every partition that was found, in no particular order. */
    public synchronized List<TopicPartition> partitions() {
        List<TopicPartition> partitions = new ArrayList<>();
        counts.forEach((topic, count) -> {
            for (int i = 0; i < count; i++) {
                partitions.add(new TopicPartition(topic, i));
            }
        });
        return partitions;
    }

    private void watch() {
        boolean failing = false;
        boolean unreported = false;
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(interval.toMillis());
                try {
                    unreported |= update(logs.countPartitions(topics));
                    if (unreported) {
                        onGrowth.run();
                        unreported = false;
                    }
                    failing = false;
                } catch (InterruptException e) {
                    return;
                } catch (KafkaException e) {
                    if (!failing) {
                        LOG.warn("Reading the partitions of {} failed, retrying: {}", topics, e.toString());
                    }
                    failing = true;
                }
            }
        } catch (InterruptedException e) {
            // The monitor is closed.
        }
    }

    /** Whether there are new partitions. */
    private synchronized boolean update(Map<String, Integer> found) {
        Map<String, Integer> grown = new HashMap<>(counts);
        found.forEach((topic, count) -> grown.merge(topic, count, Math::max));
        boolean isGrowth = !grown.equals(counts);
        if (isGrowth) {
            LOG.info("Partitions by topic: {}", grown);
        }
        counts = grown;
        return isGrowth;
    }

    @Override
    public void close() {
        thread.interrupt();
        logs.close();
    }
}
