package io.millrace.connectors.projection.write;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.changes.RecordPlace;
import io.millrace.events.DeadLetterHeaders;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * The headers of refused records in the dead letter queue, which state the reason. Connect reports its own record as it
 * was consumed, without added headers; so a copy is reported, which the sink's converters write again.
 */
final class ErrorHeaders {
    private static final int LARGEST_PART = 64 << 10;

    /** Connect unboxes the timestamp, so it cannot be null. */
    private static final Long NO_TIMESTAMP = -1L;

    private static final List<String> ALL = List.of(
            DeadLetterHeaders.REASON,
            DeadLetterHeaders.PROJECTION,
            DeadLetterHeaders.VIEW,
            DeadLetterHeaders.COLUMN,
            DeadLetterHeaders.REVISION,
            DeadLetterHeaders.SQL_STATE,
            DeadLetterHeaders.RECORD,
            DeadLetterHeaders.BEHIND);

    private ErrorHeaders() {}

    /** A copy of the record with headers that state why it is refused. */
    static SinkRecord copy(SinkRecord record, RefusedRecordException refusal) {
        Headers headers = record.headers().duplicate();
        Optional<String> lackingValueOf = findLackingValueOf(record);
        // Headers of an earlier refusal, if the record was read from a dead letter queue.
        ALL.forEach(headers::remove);
        lackingValueOf.ifPresent(place -> headers.addString(DeadLetterHeaders.RECORD, place));
        return copy(record, record.key(), record.value(), addReason(headers, refusal));
    }

    /** The place of the record whose value did not fit into a queue, if this one stands for it; it is not a tombstone. */
    private static Optional<String> findLackingValueOf(SinkRecord record) {
        Header header = record.value() == null ? record.headers().lastWithName(DeadLetterHeaders.RECORD) : null;
        return Optional.ofNullable(header)
                .map(Header::value)
                .map(value -> value instanceof byte[] bytes ? new String(bytes, UTF_8) : value.toString());
    }

    /**
     * The small form of a record that is too large for the dead letter queue: its key and its headers, unless they are
     * large too, headers that state why it is refused, and {@link DeadLetterHeaders#RECORD}.
     */
    static SinkRecord withoutValue(SinkRecord record, RefusedRecordException refusal) {
        boolean keepsHeaders = RecordSize.of(record.headers()) <= LARGEST_PART;
        Headers headers = keepsHeaders ? record.headers().duplicate() : new ConnectHeaders();
        ALL.forEach(headers::remove);
        headers.addString(DeadLetterHeaders.RECORD, findLackingValueOf(record).orElseGet(() -> RecordPlace.of(record)));
        boolean keepsKey = RecordSize.of(record.key()) <= LARGEST_PART;
        return copy(record, keepsKey ? record.key() : null, null, addReason(headers, refusal));
    }

    private static Headers addReason(Headers headers, RefusedRecordException refusal) {
        headers.addString(DeadLetterHeaders.REASON, abbreviate(String.valueOf(refusal.getMessage())));
        new TreeMap<>(refusal.details()).forEach((name, text) -> headers.addString(name, abbreviate(text)));
        return headers;
    }

    private static String abbreviate(String text) {
        return text.length() > LARGEST_PART ? text.substring(0, LARGEST_PART) : text;
    }

    private static SinkRecord copy(SinkRecord record, @Nullable Object key, @Nullable Object value, Headers headers) {
        return new SinkRecord(
                record.originalTopic(),
                record.originalKafkaPartition(),
                key == null ? null : record.keySchema(),
                key,
                value == null ? null : record.valueSchema(),
                value,
                record.originalKafkaOffset(),
                record.timestamp() == null ? NO_TIMESTAMP : record.timestamp(),
                record.timestampType() == null ? TimestampType.NO_TIMESTAMP_TYPE : record.timestampType(),
                headers);
    }
}
