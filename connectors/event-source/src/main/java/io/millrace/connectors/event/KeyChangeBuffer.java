package io.millrace.connectors.event;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Keeps the records of an update of a primary key together: a delete of the old key, perhaps its tombstone, and a
 * create of the new one. They have one source offset, which stands behind the update; a task that ended after the first
 * of them would resume behind the last one, and the create would never come. So what is incomplete at the end of a
 * batch waits for the next one.
 *
 * <p>Source: Debezium's documentation of the MySQL connector, "Primary key updates" and its message headers.
 */
final class KeyChangeBuffer {
    /** On the delete: the key that the row has now. */
    private static final String NEW_KEY = "__debezium.newkey";

    private final List<SourceRecord> begun = new ArrayList<>();

    /**
     * Takes a batch.
     *
     * @return what is complete, in order; perhaps nothing
     */
    List<SourceRecord> addBatch(List<SourceRecord> batch) {
        List<SourceRecord> records = batch;
        if (!begun.isEmpty()) {
            records = new ArrayList<>(begun);
            records.addAll(batch);
            begun.clear();
        }
        int complete = records.isEmpty() ? 0 : startOfOpenChange(records, records.size());
        if (complete == records.size()) {
            return records;
        }
        begun.addAll(records.subList(complete, records.size()));
        return records.subList(0, complete);
    }

    /** Discards what waits for the next batch, because the source will return it again. */
    void discardIncomplete() {
        begun.clear();
    }

    /**
     * The start of the update of a primary key whose records are on both sides of an index.
     *
     * @return the index of its delete; the given index if it splits no update
     */
    static int startOfOpenChange(List<SourceRecord> records, int end) {
        int last = end - 1;
        if (last >= 1 && records.get(last).value() == null && isDeleteOfKeyChange(records.get(last - 1))) {
            return last - 1;
        }
        return last >= 0 && isDeleteOfKeyChange(records.get(last)) ? last : end;
    }

    /** Whether the record is the delete of an update of a primary key. */
    static boolean isDeleteOfKeyChange(SourceRecord record) {
        return record.headers().lastWithName(NEW_KEY) != null;
    }
}
