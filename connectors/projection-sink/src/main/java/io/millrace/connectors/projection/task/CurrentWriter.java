package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.ledger.FencedException;
import io.millrace.connectors.projection.write.Batch;
import io.millrace.connectors.projection.write.BatchLimits;
import io.millrace.connectors.projection.write.BatchWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer of a task, and the projections into the tables that it writes. A writer that failed, or whose batches were
 * given up, is replaced by another one.
 */
final class CurrentWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CurrentWriter.class);

    /** A worker that stops a task waits for 5 seconds. */
    private static final Duration TIME_TO_FINISH = Duration.ofSeconds(3);

    private final Supplier<BatchWriter> writerFactory;
    private List<Projection> projections;
    private BatchWriter writer;
    private long earlierConnections;
    private boolean stale;

    /**
     * Starts a writer.
     *
     * @param projections the projections until {@link #replaceProjections}
     */
    CurrentWriter(List<Projection> projections, Supplier<BatchWriter> writerFactory) {
        this.projections = projections;
        this.writerFactory = writerFactory;
        this.writer = writerFactory.get();
    }

    List<Projection> projections() {
        return projections;
    }

    /** Whether batches were given up, so that the consumer has to go back before any record is taken. */
    boolean isStale() {
        return stale;
    }

    /** Ends the writer: what it has not committed is given up. */
    void end() {
        writer.close();
    }

    /** The tables to be written from now on, after {@link #end}. */
    void replaceProjections(List<Projection> others) {
        projections = others;
    }

    /** Starts another writer after {@link #end}. */
    void replace() {
        earlierConnections += writer.connections();
        writer = writerFactory.get();
        stale = false;
    }

    /** How many connections the writers have opened. */
    long connections() {
        return earlierConnections + writer.connections();
    }

    /**
     * Requires that the writer has not failed.
     *
     * @throws FencedException if another task has claimed a partition
     * @throws ConnectException if it failed otherwise
     */
    void throwFailure() {
        writer.awaitRoom(Duration.ZERO);
    }

    boolean awaitRoom(Duration timeout) {
        return writer.awaitRoom(timeout);
    }

    /** How much may be added now. */
    BatchLimits room() {
        return writer.room();
    }

    /** The fault after which the writer waits to retry, for a message; empty if there is none. */
    String describeWait() {
        return writer.waitsFor().map(reason -> ": " + reason).orElse("");
    }

    void add(Batch batch) {
        writer.add(batch);
    }

    boolean isIdle() {
        return writer.isIdle();
    }

    Map<TopicPartition, Long> takeCommitted() {
        return writer.takeCommitted();
    }

    /**
     * Waits until everything that was added is committed, or for a few seconds.
     *
     * @return whether it is
     * @throws ConnectException if it never will be
     */
    boolean flush() {
        return writer.awaitIdle(TIME_TO_FINISH);
    }

    /** Waits for a few seconds, and gives up what is not committed by then. */
    void finishOrGiveUp() {
        if (!hasFinished()) {
            writer.close();
            stale = true;
        }
    }

    private boolean hasFinished() {
        try {
            return flush();
        } catch (RuntimeException e) {
            // Also that it was closed while it waited to retry.
            LOG.debug("Writer had already failed", e);
            return false;
        }
    }

    @Override
    public void close() {
        if (!hasFinished()) {
            LOG.info("Unwritten records are redelivered to the next task: the time to stop has passed");
        }
        writer.close();
    }
}
