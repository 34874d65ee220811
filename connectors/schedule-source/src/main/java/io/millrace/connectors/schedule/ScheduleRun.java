package io.millrace.connectors.schedule;

import io.millrace.changes.TopicPosition;
import io.millrace.partitions.StateLoader;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a task: it loads the schedules, reads the commands that wait to their end, also after a pause, and from then on carries out
 * commands and fires, in turn. For use by one thread.
 */
final class ScheduleRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleRun.class);
    /** Before a query for the topic of a command is sent again. */
    private static final Duration RETRY_WAIT = Duration.ofMillis(100);

    private final StateLoader loader;
    private final Supplier<CommandReader> readers;
    private final Scheduler scheduler;
    private final ScheduleMetrics metrics;
    private final int maxRecords;
    private final LongSupplier clock;
    private final long startNanos = System.nanoTime();

    /** Null until the schedules are loaded. */
    private @Nullable CommandReader commands;

    /**
     * A run.
     *
     * @param loader loads the schedules; closed when it has
     * @param readers makes the reader of commands when the schedules are loaded
     * @param maxRecords how many records fired schedules may add to a batch
     * @param clock milliseconds since 1970
     */
    ScheduleRun(
            StateLoader loader,
            Supplier<CommandReader> readers,
            Scheduler scheduler,
            ScheduleMetrics metrics,
            int maxRecords,
            LongSupplier clock) {
        this.loader = loader;
        this.readers = readers;
        this.scheduler = scheduler;
        this.metrics = metrics;
        this.maxRecords = maxRecords;
        this.clock = clock;
    }

    /**
     * The next records to send.
     *
     * @param longest the longest wait
     * @return perhaps none
     * @throws ConnectException if the topics cannot be read
     */
    OutgoingBatch next(Duration longest) {
        OutgoingBatch batch = new OutgoingBatch(maxRecords);
        CommandReader reader = commands;
        if (reader == null) {
            load(longest);
            return batch;
        }
        carryOut(reader.poll(findTimeout(reader, longest)), batch);
        if (reader.isComplete()) {
            scheduler.fire(clock.getAsLong(), batch);
        }
        batch.ends().forEach(reader::addSent);
        reader.takeUnsent().forEach((partition, position) -> scheduler.addPosition(partition, position, batch));
        updateMetrics(reader);
        return batch;
    }

    private void load(Duration longest) {
        if (!loader.poll(longest, scheduler::load)) {
            return;
        }
        loader.close();
        long millis = Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
        metrics.setLoadMillis(millis);
        LOG.info("Loaded {} schedules in {} ms", scheduler.pending(), millis);
        CommandReader reader = readers.get();
        commands = reader;
        updateMetrics(reader);
    }

    private Duration findTimeout(CommandReader reader, Duration longest) {
        long now = clock.getAsLong();
        OptionalLong moment = reader.isComplete() ? scheduler.nextMoment(now) : OptionalLong.empty();
        if (moment.isEmpty()) {
            return longest;
        }
        return Duration.ofMillis(Math.max(0, Math.min(longest.toMillis(), moment.getAsLong() - now)));
    }

    private void carryOut(Queue<ConsumerRecord<byte[], byte[]>> waiting, OutgoingBatch batch) {
        while (!waiting.isEmpty()) {
            ConsumerRecord<byte[], byte[]> command = waiting.element();
            try {
                scheduler.accept(command, clock.getAsLong(), batch);
            } catch (RetriableException e) {
                LOG.debug("Querying the target topic of a command failed, retrying", e);
                LockSupport.parkNanos(RETRY_WAIT.toNanos());
                return;
            }
            waiting.remove();
        }
    }

    /**
     * The position that is committed with a record.
     *
     * @param source the partition of the requests topic
     * @param nextOffset as {@link OutgoingRecord#nextOffset}
     */
    TopicPosition positionOf(int source, long nextOffset) {
        CommandReader reader = commands;
        if (reader == null) {
            throw new IllegalStateException("No record is sent before the schedules are loaded");
        }
        return reader.positionOf(source, nextOffset);
    }

    private void updateMetrics(CommandReader reader) {
        metrics.update(
                scheduler.pending(),
                scheduler.bytes(),
                scheduler.nextMoment(clock.getAsLong()).orElse(Long.MAX_VALUE),
                reader.lag(),
                reader.hasHidden());
    }

    @Override
    public void close() {
        CommandReader reader = commands;
        try (loader;
                reader) {
            LOG.debug("The run ends");
        }
    }
}
