package io.millrace.connectors.projection;

import java.util.Comparator;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record that cannot be written.
 *
 * @param record the record
 * @param reason where it is, and why; never its payload
 */
record Refusal(SinkRecord record, DataException reason) {
    /** As the records lie in their topics. */
    static final Comparator<Refusal> ORDER = Comparator.comparing(
                    (Refusal refusal) -> refusal.record().originalTopic())
            .thenComparing(refusal -> refusal.record().originalKafkaPartition())
            .thenComparing(refusal -> refusal.record().originalKafkaOffset());

    static Refusal of(SinkRecord record, String reason, Throwable cause) {
        return new Refusal(record, new DataException(ProjectedRecord.place(record) + ": " + reason, cause));
    }

    @Override
    public String toString() {
        return reason.getMessage();
    }
}
