package io.millrace.connectors.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Records that are sent together, in one transaction if the worker supports it. For use by one thread. */
final class OutgoingBatch {
    private static final int MAX_BYTES = 8 << 20;

    private final int maxRecords;
    private final List<OutgoingRecord> records = new ArrayList<>();
    private final Map<Integer, Long> ends = new HashMap<>();
    private long bytes;
    private long recordsBefore;
    private long bytesBefore;

    /** An empty batch, for which this number of records, or 8 MiB, is permitted at a time. */
    OutgoingBatch(int maxRecords) {
        this.maxRecords = maxRecords;
    }

    /** Permits as much as at the beginning, besides what the batch has. */
    void permitMore() {
        recordsBefore = records.size();
        bytesBefore = bytes;
    }

    void add(OutgoingRecord record) {
        records.add(record);
        ends.put(record.source(), record.nextOffset());
        bytes += record.bytes();
    }

    /** Whether nothing more should be added. */
    boolean isFull() {
        return records.size() - recordsBefore >= maxRecords || bytes - bytesBefore >= MAX_BYTES;
    }

    List<OutgoingRecord> records() {
        return records;
    }

    /**
     * The position behind all of the batch, of each partition of the requests topic that has a record: that of its last record, because
     * commands are carried out in their order, and schedules fire after them.
     *
     * @return as {@link OutgoingRecord#nextOffset}
     */
    Map<Integer, Long> ends() {
        return ends;
    }
}
