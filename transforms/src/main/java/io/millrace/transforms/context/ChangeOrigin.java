package io.millrace.transforms.context;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The name of what made a change: the transaction, wherever it can be told, so that all changes of one statement share
 * it, and a replay gives the same.
 *
 * <pre>
 * origin   = gtid | [ "snapshot:" ] server-id ":" file ":" pos | record
 * record   = source partition and offset | topic ":" partition ":" offset
 * </pre>
 *
 * {@code file} and {@code pos} are those of Debezium's source offset, which stands at the transaction's begin, or, where
 * the record is a sink's, those of the {@code source} block, which stand at the rows. All rows of a snapshot share the
 * position that the snapshot is consistent with.
 */
final class ChangeOrigin {
    private ChangeOrigin() {}

    /** The name; empty where neither the change nor the record says where it comes from. */
    static Optional<String> of(ConnectRecord<?> record, Envelope change) {
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
        if (offset != null) {
            Map<String, ?> partition = ((SourceRecord) record).sourcePartition();
            return Optional.of((partition == null ? "" : new TreeMap<>(partition)) + ":" + new TreeMap<>(offset));
        }
        return record instanceof SinkRecord sink
                ? Optional.of(
                        sink.originalTopic() + ':' + sink.originalKafkaPartition() + ':' + sink.originalKafkaOffset())
                : Optional.empty();
    }

    private static boolean isSnapshot(Envelope change) {
        Object snapshot = change.source("snapshot");
        return snapshot != null && !snapshot.toString().equals("false");
    }
}
