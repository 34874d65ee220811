package io.millrace.connectors.event;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.IdentityRecord;
import io.millrace.changes.Operation;
import io.millrace.changes.RowValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The source offset of a truncated table. Debezium's MySQL connector gives it the offset of the transactions before, because
 * the statement has no commit; a task that resumes there would send the event a second time. The statement is a transaction of
 * its own, which is over, so its GTID belongs to the offset. An offset without GTIDs is a position behind the statement.
 */
final class TruncateOffset {
    private static final String GTIDS = "gtids";

    private TruncateOffset() {}

    /** The records, in which each truncated table has the offset behind its statement. */
    static List<SourceRecord> complete(List<SourceRecord> records) {
        List<SourceRecord> completed = records;
        for (int i = 0; i < records.size(); i++) {
            SourceRecord record = records.get(i);
            Map<String, ?> offset = record.sourceOffset();
            String gtid = SourceGtid.find(record);
            if (gtid != null
                    && offset != null
                    && Operation.findByCode(RowValues.get(record.value(), ChangeReader.OPERATION)) == Operation.TRUNCATE
                    && offset.get(GTIDS) instanceof String before) {
                if (completed == records) {
                    completed = new ArrayList<>(records);
                }
                Map<String, Object> behind = new HashMap<>(offset);
                behind.put(GTIDS, GtidSet.add(before, gtid));
                completed.set(i, IdentityRecord.of(record, behind));
            }
        }
        return completed;
    }
}
