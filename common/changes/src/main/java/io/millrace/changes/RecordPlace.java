package io.millrace.changes;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * The place that a record comes from, for messages. It contains no value of the record.
 *
 * <pre>
 * place    = topic "-" partition "@" offset                                  of a sink's record, or of a source's that was
 *                                                                            read from a topic
 *          | "A record for " topic [ " of " partition ] [ " at " position ]  of a source's record
 * position = file ":" pos ", event " event ", row " row                      of Debezium's MySQL connector
 *          | offset                                                          of another source
 * </pre>
 */
public final class RecordPlace {
    /** Longer than the name of a table with its database, or of a binlog file. */
    private static final int MAX_LENGTH = 300;

    private RecordPlace() {}

    /** The place of a source's or a sink's record. */
    public static String of(ConnectRecord<?> record) {
        if (record instanceof SinkRecord sink) {
            return of(sink.originalTopic(), sink.originalKafkaPartition(), sink.originalKafkaOffset());
        }
        if (record instanceof SourceRecord source) {
            Optional<TopicPosition> position = TopicPosition.find(source.sourcePartition(), source.sourceOffset());
            if (position.isPresent()) {
                return of(position.get());
            }
            String topic = "A record for " + abbreviate(source.topic());
            return isBinlogPosition(source.sourceOffset())
                    ? topic + " at " + ofPosition(source.sourceOffset())
                    : topic + " of " + abbreviate(source.sourcePartition()) + " at "
                            + abbreviate(source.sourceOffset());
        }
        return "A record of " + abbreviate(record.topic());
    }

    /** The place in a topic. */
    public static String of(@Nullable String topic, @Nullable Integer partition, long offset) {
        return topic + "-" + partition + "@" + offset;
    }

    /** The place of the record with this position. */
    public static String of(TopicPosition position) {
        return of(position.topic(), position.partition(), position.recordOffset());
    }

    /** The position that a source's offset names. */
    public static String ofPosition(Map<String, ?> sourceOffset) {
        return isBinlogPosition(sourceOffset)
                ? abbreviate(sourceOffset.get("file")) + ":" + abbreviate(sourceOffset.get("pos")) + ", event "
                        + abbreviate(sourceOffset.get("event")) + ", row " + abbreviate(sourceOffset.get("row"))
                : abbreviate(sourceOffset);
    }

    private static boolean isBinlogPosition(@Nullable Map<String, ?> sourceOffset) {
        return sourceOffset != null && sourceOffset.get("file") != null && sourceOffset.get("pos") != null;
    }

    /** The text of what a place contains, cut off if it is longer than a name can be. */
    public static String abbreviate(@Nullable Object part) {
        String text = String.valueOf(part);
        return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text;
    }
}
