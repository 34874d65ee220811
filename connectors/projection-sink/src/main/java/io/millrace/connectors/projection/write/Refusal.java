package io.millrace.connectors.projection.write;

import io.millrace.changes.RecordPlace;
import io.millrace.connectors.projection.kind.ProjectionException;
import io.millrace.events.DeadLetterHeaders;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that cannot be written.
 *
 * @param record the record
 * @param reason its place and the reason; never its payload
 */
record Refusal(SinkRecord record, RefusedRecordException reason) {
    /** As the records lie in their topics. */
    static final Comparator<Refusal> ORDER = Comparator.comparing(
                    (Refusal refusal) -> refusal.record().originalTopic())
            .thenComparing(refusal -> refusal.record().originalKafkaPartition())
            .thenComparing(refusal -> refusal.record().originalKafkaOffset());

    /** Of a record that cannot be projected. */
    static Refusal of(SinkRecord record, String reason, @Nullable Throwable cause) {
        Map<String, String> details = new HashMap<>();
        if (cause instanceof ProjectionException projection) {
            details.put(DeadLetterHeaders.PROJECTION, projection.projection());
            details.put(DeadLetterHeaders.VIEW, projection.view().toString());
            String column = projection.column();
            if (column != null) {
                details.put(DeadLetterHeaders.COLUMN, column);
            }
        }
        return of(record, reason, details, cause);
    }

    /** With details by the names of {@link io.millrace.events.DeadLetterHeaders}. */
    static Refusal of(SinkRecord record, String reason, Map<String, String> details, @Nullable Throwable cause) {
        return new Refusal(record, new RefusedRecordException(RecordPlace.of(record) + ": " + reason, details, cause));
    }

    @Override
    public String toString() {
        return String.valueOf(reason.getMessage());
    }
}
