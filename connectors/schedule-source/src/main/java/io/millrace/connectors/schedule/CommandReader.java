package io.millrace.connectors.schedule;

import io.millrace.changes.TopicPosition;
import io.millrace.partitions.PartitionReader;
import io.millrace.partitions.StartPosition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads commands. Until those are read that existed at the start, nothing may fire, because one of them may be a cancel. Commands
 * behind a service's open transaction are waited for within a bound of time. For use by one thread.
 */
final class CommandReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandReader.class);

    private static final Duration RECENT = Duration.ofSeconds(5);

    private final PartitionReader reader;
    private final String topic;
    private final Duration patience;
    private final LongSupplier nanos;
    private final Queue<ConsumerRecord<byte[], byte[]>> pending = new ArrayDeque<>();
    private long quietSince;
    private boolean complete;
    private boolean gaveUp;

    /**
     * A reader.
     *
     * @param partitions of the requests topic, at least one
     * @param committed the committed positions
     * @param patience how long nothing fires while a transaction is open in front of commands
     * @param nanos a clock
     */
    CommandReader(
            PartitionReader.Settings settings,
            List<TopicPartition> partitions,
            Map<TopicPartition, TopicPosition> committed,
            Duration patience,
            LongSupplier nanos) {
        this.reader = new PartitionReader(settings, partitions, committed, StartPosition.parse(StartPosition.EARLIEST));
        this.topic = partitions.get(0).topic();
        this.patience = patience;
        this.nanos = nanos;
        this.quietSince = nanos.getAsLong();
    }

    /**
     * Reads the next commands, if there is none that was read and not taken.
     *
     * @param timeout the longest wait
     * @return the commands, from which the caller removes those that it has carried out
     * @throws ConnectException if the topic cannot be read
     */
    Queue<ConsumerRecord<byte[], byte[]>> poll(Duration timeout) {
        if (pending.isEmpty()) {
            boolean started = !reader.positions().isEmpty();
            reader.poll(timeout).forEach(pending::add);
            // While the brokers do not answer, it is not a transaction that hides commands.
            if (!pending.isEmpty() || !started || !reader.hasAnswerWithin(RECENT)) {
                quietSince = nanos.getAsLong();
            }
            complete |= reader.isCaughtUp();
        }
        return pending;
    }

    /** Whether schedules may fire: every command that was read was taken, and all that existed at the start were read. */
    boolean isComplete() {
        if (!pending.isEmpty()) {
            return false;
        }
        if (!complete && nanos.getAsLong() - quietSince > patience.toNanos()) {
            complete = true;
            gaveUp = true;
            LOG.warn(
                    "Commands of {} cannot be read, because a transaction of their producer has been open for {} ms."
                            + " Schedules fire now, although one of these commands may cancel them",
                    topic,
                    patience.toMillis());
        }
        return complete;
    }

    /** Whether schedules fire although commands that existed at the start could not be read. */
    boolean hasGivenUp() {
        return gaveUp;
    }

    /**
     * The position for a record that is sent.
     *
     * @param nextOffset the offset behind a command; -1 for the one behind all that was read
     */
    TopicPosition positionOf(int partition, long nextOffset) {
        TopicPartition named = new TopicPartition(topic, partition);
        return reader.positionAt(
                named,
                nextOffset >= 0
                        ? nextOffset
                        : Objects.requireNonNull(reader.positions().get(named)));
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
