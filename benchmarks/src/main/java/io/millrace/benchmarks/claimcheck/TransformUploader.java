package io.millrace.benchmarks.claimcheck;

import io.millrace.transforms.ClaimCheck;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/** The transform, as Connect calls it: record by record. */
final class TransformUploader implements Uploader {
    private final ClaimCheck<SourceRecord> transform = new ClaimCheck<>();

    TransformUploader(Target target) {
        Map<String, String> options = new HashMap<>(target.options());
        options.put("fields", ImageRecord.FIELD);
        transform.configure(options);
    }

    @Override
    public void store(String topic, Iterator<byte[]> payloads) {
        while (payloads.hasNext()) {
            ImageRecord.requireStored(transform.apply(ImageRecord.of(topic, payloads.next())));
        }
    }

    @Override
    public void close() {
        transform.close();
    }
}
