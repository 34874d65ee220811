package io.millrace.connectors.schedule;

import io.millrace.changes.TopicPosition;
import io.millrace.partitions.PartitionReader;
import io.millrace.partitions.StartPosition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads commands. Until those are read that existed at the start, or at the end of a pause, nothing may fire, because one of them may
 * be a cancel. Commands behind a service's open transaction are waited for within a bound of time. For use by one thread.
 */
final class CommandReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandReader.class);

    private final PartitionReader reader;
    private final String topic;
    private final Duration patience;
    private final CatchUp catchUp;
    private final Queue<ConsumerRecord<byte[], byte[]>> pending = new ArrayDeque<>();
    private final SentPositions sent;
    private boolean hiddenLogged;

    /**
     * A reader.
     *
     * @param partitions of the requests topic, at least one
     * @param committed the committed positions
     * @param patience how long nothing fires while a transaction is open in front of commands
     */
    CommandReader(
            PartitionReader.Settings settings,
            List<TopicPartition> partitions,
            Map<TopicPartition, TopicPosition> committed,
            Duration patience) {
        this.reader = new PartitionReader(settings, partitions, committed, StartPosition.parse(StartPosition.EARLIEST));
        this.topic = partitions.get(0).topic();
        this.patience = patience;
        Map<TopicPartition, Long> offsets = new HashMap<>();
        committed.forEach((partition, position) -> offsets.put(partition, position.nextOffset()));
        this.sent = new SentPositions(byNumber(offsets), System::nanoTime);
        // The reader's clock.
        this.catchUp = new CatchUp(patience, System::nanoTime);
    }

    /**
     * Reads the next commands, if there is none that was read and not taken.
     *
     * @param timeout the longest wait
     * @return the commands, from which the caller removes those that it has carried out
     * @throws ConnectException if the topic cannot be read
     */
    Queue<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
        catchUp.beginPoll();
        if (pending.isEmpty()) {
            reader.poll(timeout).forEach(pending::add);
            catchUp.update(positions(), byNumber(reader.latestEnds()), reader.latestAskedNanos());
        }
        return pending;
    }

    /** The next offset of each partition; empty before the start. If no command is pending, all before it were carried out. */
    private Map<Integer, Long> positions() {
        return byNumber(reader.positions());
    }

    private static Map<Integer, Long> byNumber(Map<TopicPartition, Long> offsets) {
        Map<Integer, Long> byNumber = new HashMap<>();
        offsets.forEach((partition, offset) -> byNumber.put(partition.partition(), offset));
        return byNumber;
    }

    /**
     * Whether schedules may fire: every command that was read was taken, and all were read that existed at the start, or at the end of
     * a pause.
     */
    boolean isComplete() {
        if (!pending.isEmpty() || !catchUp.isComplete()) {
            return false;
        }
        if (hasHidden() && !hiddenLogged) {
            hiddenLogged = true;
            LOG.warn(
                    "Commands of {} in the partitions {} cannot be read, because a transaction of their producer has been"
                            + " open for {} ms. Schedules fire now, although one of these commands may cancel them",
                    topic,
                    catchUp.findHidden(),
                    patience.toMillis());
        }
        return true;
    }

    /** Whether schedules fire although an open transaction hides commands that existed at the start. */
    boolean hasHidden() {
        return !catchUp.findHidden().isEmpty();
    }

    /**
     * The position for a record that is sent.
     *
     * @param nextOffset the offset behind a command; -1 for the one behind all that was read
     */
    TopicPosition positionOf(int partition, long nextOffset) {
        TopicPartition named = new TopicPartition(topic, partition);
        return reader.positionAt(named, nextOffset >= 0 ? nextOffset : reader.positionOf(named));
    }

    /** Takes a position that is sent with a record, as for {@link #positionOf}. */
    void addSent(int partition, long nextOffset) {
        sent.add(partition, positionOf(partition, nextOffset).nextOffset());
    }

    /**
     * The positions of partitions that need a record of their own, and count as sent then: all commands before them were carried out.
     *
     * @return none while a command is pending
     */
    Map<Integer, Long> takeUnsent() {
        Map<Integer, Long> unsent = new HashMap<>();
        if (pending.isEmpty()) {
            positions().forEach((partition, position) -> {
                if (sent.take(partition, position)) {
                    unsent.put(partition, position);
                }
            });
        }
        return unsent;
    }

    /** The records that have not been read; -1 if the brokers have not answered yet. */
    long lag() {
        return reader.lag().orElse(-1);
    }

    @Override
    public void close() {
        reader.close();
    }
}
