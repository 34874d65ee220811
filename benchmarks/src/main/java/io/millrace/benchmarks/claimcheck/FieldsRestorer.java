package io.millrace.benchmarks.claimcheck;

import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.RestoredFields;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.connect.sink.SinkRecord;

/** The part of the projection sink that restores payloads: many records at once, awaited in their order. */
final class FieldsRestorer implements Restorer {
    private static final long MEBI = 1 << 20;
    /** The default of the sink's option {@code batch.bytes}. */
    private static final long BATCH_BYTES = 32 * MEBI;
    /** In a batch, a payload counts with the value that is made of it and the driver's copy. */
    private static final int COPIES = 3;

    private final Target target;
    private final PayloadReader reader;
    private final RestoredFields fields;
    private final boolean inBatches;
    private final long bytesAtOnce;
    private List<SinkRecord> records = List.of();

    private FieldsRestorer(Target target, boolean inBatches) {
        this.target = target;
        this.inBatches = inBatches;
        this.reader = Payloads.openReader(PayloadOptions.READING.read(target.readingOptions()), "FieldsRestorer");
        this.fields = RestoredFields.values(List.of(), reader);
        this.bytesAtOnce = inBatches ? BATCH_BYTES / COPIES : reader.inflightBytes();
    }

    /** As many payloads are under way as the reader's byte budget permits. */
    static FieldsRestorer withinBudget(Target target) {
        return new FieldsRestorer(target, false);
    }

    /** All payloads of a batch of the default {@code batch.bytes} are read before the next batch begins. */
    static FieldsRestorer inBatches(Target target) {
        return new FieldsRestorer(target, true);
    }

    @Override
    public void store(String topic, Iterator<byte[]> payloads) {
        records = StoredRecords.store(target, topic, payloads);
    }

    @Override
    public void restore(Consumer<byte[]> restored) {
        Deque<CompletableFuture<SinkRecord>> underWay = new ArrayDeque<>();
        long bytes = 0;
        for (SinkRecord record : records) {
            long recordBytes = fields.bytesToRead(record);
            while (!underWay.isEmpty() && bytes >= bytesAtOnce) {
                bytes -= takeNext(underWay, restored);
                while (inBatches && !underWay.isEmpty()) {
                    bytes -= takeNext(underWay, restored);
                }
            }
            underWay.add(fields.restore(record));
            bytes += recordBytes;
        }
        while (!underWay.isEmpty()) {
            takeNext(underWay, restored);
        }
    }

    private static long takeNext(Deque<CompletableFuture<SinkRecord>> underWay, Consumer<byte[]> restored) {
        byte[] payload = StoredRecords.payload(underWay.remove().join());
        restored.accept(payload);
        return payload.length;
    }

    @Override
    public void close() {
        reader.close();
    }
}
