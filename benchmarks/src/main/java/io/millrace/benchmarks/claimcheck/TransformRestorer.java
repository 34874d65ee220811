package io.millrace.benchmarks.claimcheck;

import io.millrace.transforms.RestorePayload;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.connect.sink.SinkRecord;

/** The transform {@link RestorePayload}, as Connect calls it: record by record. */
final class TransformRestorer implements Restorer {
    private final Target target;
    private final RestorePayload<SinkRecord> transform = new RestorePayload<>();
    private List<SinkRecord> records = List.of();

    TransformRestorer(Target target) {
        this.target = target;
        transform.configure(target.readingOptions());
    }

    @Override
    public void store(String topic, Iterator<byte[]> payloads) {
        records = StoredRecords.store(target, topic, payloads);
    }

    @Override
    public void restore(Consumer<byte[]> restored) {
        records.forEach(record -> restored.accept(StoredRecords.payload(transform.apply(record))));
    }

    @Override
    public void close() {
        transform.close();
    }
}
