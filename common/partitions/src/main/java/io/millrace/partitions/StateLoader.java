package io.millrace.partitions;

import io.millrace.changes.TopicPosition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Loads partitions of a {@link StateTopic}: every committed record up to the high watermark that the brokers had when the loader
 * started. Connect starts a task when the transactions of its predecessors are complete, so these records are the whole state.
 * For use by one thread.
 */
public final class StateLoader implements AutoCloseable {
    private static final int RECORDS_OF_A_POLL = 10_000;

    private final PartitionReader reader;

    /**
     * A loader, which queries the brokers at once.
     *
     * @param settings as of the reader of the source's records, whose number of records is not used
     * @param partitions of the state topic, at least one
     */
    public StateLoader(PartitionReader.Settings settings, List<TopicPartition> partitions) {
        this.reader = new PartitionReader(
                new PartitionReader.Settings(
                        settings.connector(),
                        settings.task() + "-state",
                        settings.clients(),
                        RECORDS_OF_A_POLL,
                        settings.patience()),
                partitions,
                Map.<TopicPartition, TopicPosition>of(),
                StartPosition.parse(StartPosition.EARLIEST));
    }

    /**
     * Reads the next records.
     *
     * @param timeout the longest wait
     * @param state gets the records in the order of each partition; of a key the last one counts, and a null value removes it
     * @return whether everything is loaded
     * @throws ConnectException if the topic cannot be read
     */
    public boolean poll(Duration timeout, Consumer<ConsumerRecord<byte[], byte[]>> state) {
        if (!reader.isCaughtUp()) {
            reader.poll(timeout).forEach(state);
        }
        return reader.isCaughtUp();
    }

    /** The offset behind the last record that was loaded, of each partition; empty if the loader has not started. */
    public Map<TopicPartition, Long> positions() {
        return reader.positions();
    }

    /** The topic's id in the cluster, which changes if it is created again. Only when something or everything was loaded. */
    public TopicPosition positionAt(TopicPartition partition, long nextOffset) {
        return reader.positionAt(partition, nextOffset);
    }

    @Override
    public void close() {
        reader.close();
    }
}
