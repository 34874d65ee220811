package io.millrace.connectors.projection.write;

import java.util.Comparator;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record that cannot be written.
 *
 * @param record the record
 * @param reason where it is, and why; never its payload
 */
public record Refusal(SinkRecord record, DataException reason) {
    /** As the records lie in their topics. */
    public static final Comparator<Refusal> ORDER = Comparator.comparing(
                    (Refusal refusal) -> refusal.record().originalTopic())
            .thenComparing(refusal -> refusal.record().originalKafkaPartition())
            .thenComparing(refusal -> refusal.record().originalKafkaOffset());

    public static Refusal of(SinkRecord record, String reason, Throwable cause) {
        return new Refusal(record, new DataException(ProjectedRecord.place(record) + ": " + reason, cause));
    }

    @Override
    public String toString() {
        return reason.getMessage();
    }
}
