package io.millrace.context;

import io.millrace.changes.ChangeReader;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The name of the transaction that made a change or, if that is unknown, of the record. All changes of one statement
 * have one name, and a replay gives the same.
 *
 * <pre>
 * origin   = gtid | "snapshot:" signal | [ "snapshot:" ] server-id ":" file ":" pos | postgres | record
 * postgres = transaction ":" commit-micros | "snapshot:" lsn
 * record   = source partition and offset | topic ":" partition ":" offset
 * </pre>
 *
 * {@code file} and {@code pos} are those of Debezium's source offset, the begin of the transaction. In a sink's record
 * they are those of the {@code source} block, the position of the rows. All rows of a snapshot share the position with
 * which the snapshot is consistent; those of an incremental one share the id of its signal, which Debezium keeps in its
 * offset.
 */
final class ChangeOrigin {
    private static final String CORRELATION = "incremental_snapshot_correlation_id";

    private ChangeOrigin() {}

    /** The name; empty if neither the change nor the record has a position. */
    static Optional<String> of(ConnectRecord<?> record, ChangeReader change) {
        boolean isSnapshot = isSnapshot(change);
        // Rows of an incremental snapshot have the GTID of the transaction that was streamed before them.
        if (!isSnapshot && change.source("gtid") instanceof String gtid && !gtid.isEmpty()) {
            return Optional.of(gtid);
        }
        Map<String, ?> offset = record instanceof SourceRecord source ? source.sourceOffset() : null;
        if (isSnapshot && offset != null && offset.get(CORRELATION) instanceof String signal) {
            return Optional.of("snapshot:" + signal);
        }
        Object file = offset == null ? null : offset.get("file");
        Object position = offset == null ? null : offset.get("pos");
        if (file == null || position == null) {
            file = change.source("file");
            position = change.source("pos");
        }
        if (file != null && position != null) {
            return Optional.of(
                    (isSnapshot ? "snapshot:" : "") + change.source("server_id") + ':' + file + ':' + position);
        }
        if (change.source("lsn") instanceof Number lsn) {
            return Optional.of(isSnapshot ? "snapshot:" + lsn : change.source("txId") + ":" + change.timeMicros());
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
