package io.millrace.transforms.context;

import io.millrace.changes.ChangeReader;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The name of the transaction that made a change or, if that is unknown, of the record. All changes of one statement have
 * one name, and a replay gives the same.
 *
 * <pre>
 * origin   = gtid | [ "snapshot:" ] server-id ":" file ":" pos | record
 * record   = source partition and offset | topic ":" partition ":" offset
 * </pre>
 *
 * {@code file} and {@code pos} are those of Debezium's source offset, the begin of the transaction. In a sink's record they
 * are those of the {@code source} block, the position of the rows. All rows of a snapshot share the position with which the
 * snapshot is consistent.
 */
final class ChangeOrigin {
    private ChangeOrigin() {}

    /** The name; empty if neither the change nor the record has a position. */
    static Optional<String> of(ConnectRecord<?> record, ChangeReader change) {
        if (change.source("gtid") instanceof String gtid && !gtid.isEmpty()) {
            return Optional.of(gtid);
        }
        Map<String, ?> offset = record instanceof SourceRecord source ? source.sourceOffset() : null;
        Object file = offset == null ? null : offset.get("file");
        Object position = offset == null ? null : offset.get("pos");
        if (file == null || position == null) {
            file = change.source("file");
            position = change.source("pos");
        }
        if (file != null && position != null) {
            return Optional.of(
                    (isSnapshot(change) ? "snapshot:" : "") + change.source("server_id") + ':' + file + ':' + position);
        }
        if (offset != null && record instanceof SourceRecord source) {
            Map<String, ?> partition = source.sourcePartition();
            return Optional.of((partition == null ? "" : new TreeMap<>(partition)) + ":" + new TreeMap<>(offset));
        }
        return record instanceof SinkRecord sink
                ? Optional.of(
                        sink.originalTopic() + ':' + sink.originalKafkaPartition() + ':' + sink.originalKafkaOffset())
                : Optional.empty();
    }

    private static boolean isSnapshot(ChangeReader change) {
        Object snapshot = change.source("snapshot");
        return snapshot != null && !snapshot.toString().equals("false");
    }
}
