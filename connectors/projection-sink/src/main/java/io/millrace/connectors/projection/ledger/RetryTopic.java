package io.millrace.connectors.projection.ledger;

import io.millrace.changes.TopicPlace;
import io.millrace.events.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * The topic by which refused records come back to a connector: {@code NAME.retry}. The header {@link DeadLetterHeaders#ORIGIN} of a record has the
 * place from which it was refused, as {@code topic-partition@offset}; the projections see the record as if it came from there.
 *
 * @param name the topic
 */
public record RetryTopic(String name) {
    private static final String SUFFIX = ".retry";

    /** The topic of a connector. */
    public static RetryTopic of(String connector) {
        return new RetryTopic(connector + SUFFIX);
    }

    /** Whether the record comes back. */
    public boolean has(SinkRecord record) {
        return record.originalTopic().equals(name);
    }

    /** The place from which a record that comes back was refused; empty if it does not name a valid one. */
    public static Optional<RecordOrigin> findOrigin(SinkRecord record) {
        Header header = record.headers().lastWithName(DeadLetterHeaders.ORIGIN);
        return TopicPlace.find(header == null ? "" : textOf(header.value()))
                .map(place -> new RecordOrigin(new TopicPartition(place.topic(), place.partition()), place.offset()));
    }

    /** Header converters make a text or its bytes of it. */
    private static String textOf(@Nullable Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(value);
    }

    /** A record that comes back, as it was when it was refused. */
    public static SinkRecord restoreOrigin(SinkRecord record, RecordOrigin origin) {
        return new SinkRecord(
                origin.partition().topic(),
                origin.partition().partition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                origin.offset(),
                record.timestamp(),
                record.timestampType(),
                record.headers());
    }
}
