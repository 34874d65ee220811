package io.millrace.connectors.projection.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * The topic by which refused records come back to a connector: {@code NAME.retry}. The header {@value #ORIGIN} of a record has the
 * place from which it was refused, as {@code topic-partition@offset}; the projections see the record as if it came from there.
 *
 * @param name the topic
 */
public record RetryTopic(String name) {
    /** The header with the place of the record that was refused. */
    public static final String ORIGIN = "millrace.redrive.origin";

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
        Header header = record.headers().lastWithName(ORIGIN);
        String text = header == null ? "" : textOf(header.value());
        int at = text.lastIndexOf('@');
        int dash = text.lastIndexOf('-', Math.max(at, 0));
        if (dash < 1) {
            return Optional.empty();
        }
        try {
            int partition = Integer.parseInt(text.substring(dash + 1, at));
            long offset = Long.parseLong(text.substring(at + 1));
            return partition < 0 || offset < 0
                    ? Optional.empty()
                    : Optional.of(new RecordOrigin(new TopicPartition(text.substring(0, dash), partition), offset));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
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
