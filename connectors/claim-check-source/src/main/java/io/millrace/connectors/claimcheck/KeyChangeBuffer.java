package io.millrace.connectors.claimcheck;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Keeps together what Debezium makes of an update of a primary key: a delete of the old key, perhaps its tombstone, and a
 * create of the new one. They have one source offset between them, which stands behind the update; a task that ended after
 * the first of them, at the end of a batch, would go on behind the last one, and the create would never come. So what is
 * not whole at the end of a batch waits for the next one; its offset is not committed until then.
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
     * @return what is whole, in order; perhaps nothing
     */
    List<SourceRecord> addBatch(List<SourceRecord> batch) {
        List<SourceRecord> records = batch;
        if (!begun.isEmpty()) {
            records = new ArrayList<>(begun);
            records.addAll(batch);
            begun.clear();
        }
        int whole = countWhole(records);
        if (whole == records.size()) {
            return records;
        }
        begun.addAll(records.subList(whole, records.size()));
        return records.subList(0, whole);
    }

    private static int countWhole(List<SourceRecord> records) {
        int last = records.size() - 1;
        if (last >= 1 && records.get(last).value() == null && isDeleteOfKeyChange(records.get(last - 1))) {
            return last - 1;
        }
        return last >= 0 && isDeleteOfKeyChange(records.get(last)) ? last : last + 1;
    }

    private static boolean isDeleteOfKeyChange(SourceRecord record) {
        return record.headers().lastWithName(NEW_KEY) != null;
    }
}
