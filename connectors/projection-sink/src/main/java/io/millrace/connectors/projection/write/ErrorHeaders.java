package io.millrace.connectors.projection.write;

import io.millrace.changes.RecordPlace;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands refused records to the dead letter queue with headers that state the reason. Connect reports its own record as it
 * was consumed, without added headers; so a copy is reported, which the sink's converters write again.
 */
public final class ErrorHeaders {
    public static final String REASON = "millrace.error.reason";
    public static final String PROJECTION = "millrace.error.projection";
    public static final String VIEW = "millrace.error.view";
    public static final String COLUMN = "millrace.error.column";
    public static final String REVISION = "millrace.error.revision";
    public static final String SQL_STATE = "millrace.error.sqlstate";

    /** Connect unboxes the timestamp, so it cannot be null. */
    private static final Long NO_TIMESTAMP = -1L;

    private static final List<String> ALL = List.of(REASON, PROJECTION, VIEW, COLUMN, REVISION, SQL_STATE);
    private static final Logger LOG = LoggerFactory.getLogger(ErrorHeaders.class);

    private ErrorHeaders() {}

    /** A reporter that adds headers before this one reports; null for null. */
    public static @Nullable ErrantRecordReporter addTo(@Nullable ErrantRecordReporter reporter) {
        return reporter == null ? null : (record, error) -> reportCopy(reporter, record, error);
    }

    private static Future<Void> reportCopy(ErrantRecordReporter reporter, SinkRecord record, Throwable error) {
        if (error instanceof RefusedRecordException refusal) {
            try {
                return reporter.report(copy(record, refusal), error);
            } catch (KafkaException e) {
                // Without the exception's text, which may quote the record.
                LOG.warn(
                        "{} is reported without headers that state the reason, because a converter refuses to write it again: {}",
                        RecordPlace.of(record),
                        e.getClass().getName());
            }
        }
        return reporter.report(record, error);
    }

    private static SinkRecord copy(SinkRecord record, RefusedRecordException refusal) {
        Headers headers = record.headers().duplicate();
        // Headers of an earlier refusal, if the record was read from a dead letter queue.
        ALL.forEach(headers::remove);
        headers.addString(REASON, String.valueOf(refusal.getMessage()));
        new TreeMap<>(refusal.details()).forEach(headers::addString);
        return new SinkRecord(
                record.originalTopic(),
                record.originalKafkaPartition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                record.originalKafkaOffset(),
                record.timestamp() == null ? NO_TIMESTAMP : record.timestamp(),
                record.timestampType() == null ? TimestampType.NO_TIMESTAMP_TYPE : record.timestampType(),
                headers);
    }
}
