package io.millrace.benchmarks.claimcheck;

import io.millrace.transforms.ClaimCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;

/** The records of a sink that refer to payloads, which the transform {@link ClaimCheck} has stored. */
final class StoredRecords {
    private StoredRecords() {}

    static List<SinkRecord> store(Target target, String topic, Iterator<byte[]> payloads) {
        List<SinkRecord> records = new ArrayList<>();
        Map<String, String> options = new HashMap<>(target.options());
        options.put("fields", ImageRecord.FIELD);
        try (ClaimCheck<SourceRecord> transform = new ClaimCheck<>()) {
            transform.configure(options);
            while (payloads.hasNext()) {
                SourceRecord record = transform.apply(ImageRecord.of(topic, payloads.next()));
                ImageRecord.requireStored(record);
                records.add(new SinkRecord(
                        topic,
                        0,
                        record.keySchema(),
                        record.key(),
                        record.valueSchema(),
                        record.value(),
                        records.size()));
            }
        }
        return records;
    }

    static byte[] payload(SinkRecord restored) {
        return ((Struct) restored.value()).getBytes(ImageRecord.FIELD);
    }
}
