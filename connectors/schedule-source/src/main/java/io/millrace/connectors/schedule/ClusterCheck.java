package io.millrace.connectors.schedule;

import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.PartitionLog;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the worker writes to the cluster that the connector reads: the first state that it wrote must be in the log. Otherwise no
 * schedule would survive a restart. {@link #addWritten} may be called by any thread; {@link #require} is for one thread.
 */
final class ClusterCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterCheck.class);

    private final String topic;
    private final KafkaLogs logs;
    private volatile @Nullable RecordMetadata written;
    private volatile boolean done;

    ClusterCheck(String topic, KafkaLogs logs) {
        this.topic = topic;
        this.logs = logs;
    }

    /** Takes the place of a record that the worker has written. */
    void addWritten(RecordMetadata metadata) {
        if (!done && written == null && metadata.topic().equals(topic)) {
            written = metadata;
        }
    }

    /**
     * Compares, once.
     *
     * @throws ConnectException if the record is not in the log
     */
    void require() {
        RecordMetadata place = written;
        if (done || place == null) {
            return;
        }
        TopicPartition partition = new TopicPartition(topic, place.partition());
        PartitionLog log;
        try {
            log = logs.readLogs(List.of(partition)).get(partition);
        } catch (KafkaException e) {
            LOG.debug("Reading the log of {} failed, retrying", partition, e);
            return;
        }
        done = true;
        written = null;
        if (log == null || log.endOffset() <= place.offset()) {
            throw new ConnectException("Expected the worker to write to the cluster that kafka.bootstrap.servers names,"
                    + " found that its record " + partition + "@" + place.offset()
                    + " is not there. Set the addresses of the worker's brokers");
        }
    }
}
