package io.millrace.connectors.claimcheck;

import io.millrace.payloads.connect.PayloadFields;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/** Stores the large values of all records of a batch at once. */
final class BatchPayloads {
    private final PayloadFields fields;

    BatchPayloads(PayloadFields fields) {
        this.fields = fields;
    }

    /**
     * Stores, as many bytes at a time as the writer allows.
     *
     * @return a record for each, in the same order; the same where nothing in it was replaced
     * @throws ConnectException if a payload of one of them could not be stored
     */
    List<SourceRecord> storeAll(List<SourceRecord> records) {
        List<CompletableFuture<SourceRecord>> storing = new ArrayList<>(records.size());
        for (SourceRecord record : records) {
            storing.add(fields.store(record));
        }
        List<SourceRecord> stored = new ArrayList<>(records.size());
        for (CompletableFuture<SourceRecord> one : storing) {
            stored.add(PayloadFields.await(one));
        }
        return stored;
    }
}
