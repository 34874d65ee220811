package io.millrace.connectors.event;

import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.connect.PayloadFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Stores the large values of one batch at a time, on a thread of its own, so that the caller can stop to wait for it. For use
 * by one thread.
 */
final class PayloadStorage implements AutoCloseable {
    private final PayloadFields fields;
    private final PayloadWriter writer;
    private final ExecutorService thread;
    private @Nullable Batch storing;

    private record Batch(List<SourceRecord> records, Future<List<SourceRecord>> stored) {}

    /**
     * A batch whose payloads are stored.
     *
     * @param records as the wrapped connector returned them
     * @param stored a record for each, in the same order; the same if nothing in it was replaced
     */
    record StoredBatch(List<SourceRecord> records, List<SourceRecord> stored) {}

    /**
     * A storage of these fields.
     *
     * @param writer closed with this
     * @param connector the connector's name, for the thread
     */
    PayloadStorage(PayloadFields fields, PayloadWriter writer, String connector) {
        this.fields = fields;
        this.writer = writer;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "millrace-event-source-" + connector);
            made.setDaemon(true);
            return made;
        });
    }

    /** Whether a batch was begun and not yet returned. */
    boolean isBusy() {
        return storing != null;
    }

    /** Begins to store a batch. */
    void begin(List<SourceRecord> records) {
        storing = new Batch(records, thread.submit(() -> storeAll(records)));
    }

    /**
     * Waits for the batch that was begun.
     *
     * @return empty if it is not stored within that time
     * @throws ConnectException if a payload could not be stored
     */
    Optional<StoredBatch> await(long millis) throws InterruptedException {
        Batch batch = storing;
        if (batch == null) {
            return Optional.empty();
        }
        try {
            List<SourceRecord> stored = batch.stored().get(millis, TimeUnit.MILLISECONDS);
            storing = null;
            return Optional.of(new StoredBatch(batch.records(), stored));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ConnectException failure
                    ? failure
                    : new ConnectException("The payloads of a batch could not be stored", e.getCause());
        }
    }

    private List<SourceRecord> storeAll(List<SourceRecord> records) {
        List<CompletableFuture<SourceRecord>> begun = new ArrayList<>(records.size());
        for (SourceRecord record : records) {
            begun.add(fields.store(record));
        }
        List<SourceRecord> stored = new ArrayList<>(records.size());
        for (CompletableFuture<SourceRecord> one : begun) {
            stored.add(PayloadFields.await(one));
        }
        return stored;
    }

    /** Gives up the batch that is being stored. */
    @Override
    public void close() {
        thread.shutdownNow();
        writer.close();
    }
}
