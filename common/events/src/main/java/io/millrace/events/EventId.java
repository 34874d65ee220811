package io.millrace.events;

import io.millrace.changes.TopicPosition;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The identity of one change in a source database, as text. It is a function of the change's place in the source alone:
 * a replay gives the same identity, and no two changes share one.
 *
 * <p>The grammar, where {@code server-id}, {@code file}, {@code pos}, {@code event} and {@code row} are those of
 * Debezium's source <em>offset</em> (0 if absent), and {@code op} is the envelope's operation:
 *
 * <pre>
 * id        = change [ ":" type [ ":" occurrence ] ]
 * change    = streamed | snapshot
 * streamed  = ( gtid | server-id ":" file ":" pos | gtid ":" file ":" pos ) ":" event ":" row ":" op
 * snapshot  = "snapshot:" file ":" pos ":" event ":" row ":" table ":" key-hash
 * key-hash  = 32 hexadecimal digits: the first 16 bytes of the SHA-256 of the row's key
 * </pre>
 *
 * <p>The form with a GTID and a position is that of rows of XA transactions. Debezium sees no begin of such a
 * transaction and counts no events in it, so its GTID, event and row are the same for several changes.
 *
 * <p>The first event of a change has the change's identity. That of a further event contains its type, which has no colon, and an
 * occurrence from 2 on for another further event of this type.
 *
 * <p>Why not {@code source.pos} and {@code source.row}: in a transaction that MySQL compressed all statements carry one
 * position and each begins its rows at 0. Why {@code op}: Debezium turns an update of a primary key into a delete and a
 * create from one row of one binlog event, with one offset. Why the position in a snapshot's identity: a row has
 * exactly one state at one position, so a snapshot read again at the same position repeats its identities and one taken
 * later, which may have seen another state, does not.
 *
 * <p>The changes of PostgreSQL have other identities, made of the {@link WalPlace} in the offset. Before the first change, the
 * place of a snapshot's row is the offset's {@code lsn}.
 *
 * <pre>
 * streamed  = transaction ":" lsn ":" row ":" op
 * snapshot  = "snapshot:" lsn ":" row ":" table ":" key-hash
 * </pre>
 *
 * <p>The changes that {@code TopicSourceConnector} reads from a topic have the place of the record in the topic as their identity,
 * also those of a snapshot. The record's own {@code source} block has no part in it: its position is not unique, see above.
 *
 * <pre>
 * change    = cluster-id ":" topic ":" partition "@" offset
 * </pre>
 */
public final class EventId {
    private static final Set<String> ROW_CHANGES = Set.of("c", "u", "d");
    private static final String LSN = "lsn";

    private EventId() {}

    /**
     * The identity of a change that was read from a topic.
     *
     * @param position the position in the record's source offset
     * @throws DataException if the position has no id of the cluster
     */
    public static String ofTopic(TopicPosition position) {
        if (position.clusterId() == null) {
            throw new DataException("The source offset has no '" + TopicPosition.CLUSTER_ID
                    + "', so the change has no identity; expected an offset of TopicSourceConnector");
        }
        return position.clusterId() + ":" + position.topic() + ":" + position.partition() + "@"
                + position.recordOffset();
    }

    /**
     * The identity of a change that was read from the binlog.
     *
     * @param sourceOffset Debezium's source offset of the record
     * @param gtid the transaction's GTID, or null if the server has none
     * @param op the envelope's operation, e.g. {@code u}
     * @throws DataException if the offset is missing, has neither a position nor a GTID, or contains another type in
     *     place of a number
     */
    public static String streamed(Map<String, ?> sourceOffset, @Nullable String gtid, String op) {
        requireOffset(sourceOffset);
        if (isOfPostgres(sourceOffset)) {
            return streamedOfPostgres(sourceOffset, op);
        }
        StringBuilder id = new StringBuilder(64);
        if (gtid != null) {
            id.append(gtid);
            if (isOfXa(sourceOffset, op)) {
                id.append(':');
                appendPosition(id, sourceOffset);
            }
        } else {
            id.append(number(sourceOffset, "server_id")).append(':');
            appendPosition(id, sourceOffset);
        }
        return appendPlace(id, sourceOffset).append(':').append(op).toString();
    }

    /**
     * Whether a change that was read from the binlog belongs to an XA transaction: the offset of every other change of a row counts
     * the events of its transaction, of which the begin is the first.
     */
    public static boolean isOfXa(Map<String, ?> sourceOffset, String op) {
        // The count is looked up first, because nearly every change has it.
        return sourceOffset != null
                && !sourceOffset.containsKey("event")
                && sourceOffset.containsKey("file")
                && ROW_CHANGES.contains(op);
    }

    /**
     * The identity of a row that a snapshot read.
     *
     * @param sourceOffset Debezium's source offset of the record: the position that the snapshot is consistent with
     * @param table the table's full name
     * @param key a text that no other row of the table has
     * @throws DataException if the offset is missing, has no position, or contains another type in place of a number
     */
    public static String snapshot(Map<String, ?> sourceOffset, String table, String key) {
        requireOffset(sourceOffset);
        StringBuilder id = new StringBuilder(96).append("snapshot:");
        if (isOfPostgres(sourceOffset)) {
            WalPlace place = WalPlace.find(sourceOffset).orElse(new WalPlace(0, number(sourceOffset, LSN), 0));
            id.append(place.lsn()).append(':').append(place.row());
        } else {
            appendPosition(id, sourceOffset);
            appendPlace(id, sourceOffset);
        }
        return id.append(':').append(table).append(':').append(hash(key)).toString();
    }

    private static boolean isOfPostgres(Map<String, ?> sourceOffset) {
        return !sourceOffset.containsKey("file") && sourceOffset.containsKey(LSN);
    }

    private static String streamedOfPostgres(Map<String, ?> sourceOffset, String op) {
        WalPlace place = WalPlace.find(sourceOffset)
                .orElseThrow(
                        () -> new DataException("The source offset has no place of the change in PostgreSQL's log, so"
                                + " the change has no identity; expected EventSourceConnector, which adds the place to the offset"
                                + " of Debezium's connector"));
        return place.transaction() + ":" + place.lsn() + ":" + place.row() + ":" + op;
    }

    /**
     * The identity of a further event of a change.
     *
     * @param change the change's identity
     * @param type the event's {@code ce_type}
     * @param occurrence the number among the further events of the change with this type, from 1
     */
    public static String ofFurtherEvent(String change, String type, int occurrence) {
        return change + ":" + type + (occurrence == 1 ? "" : ":" + occurrence);
    }

    private static void requireOffset(Map<String, ?> sourceOffset) {
        if (sourceOffset == null) {
            throw new DataException("The record has no source offset, so the change has no identity");
        }
    }

    private static void appendPosition(StringBuilder id, Map<String, ?> sourceOffset) {
        Object file = sourceOffset.get("file");
        if (!(file instanceof String) || sourceOffset.get("pos") == null) {
            throw new DataException("The source offset has no 'file' and 'pos', so the change has no identity; "
                    + "expected an offset of Debezium's MySQL connector, found the keys " + sourceOffset.keySet());
        }
        id.append(file).append(':').append(number(sourceOffset, "pos"));
    }

    private static StringBuilder appendPlace(StringBuilder id, Map<String, ?> sourceOffset) {
        return id.append(':').append(number(sourceOffset, "event")).append(':').append(number(sourceOffset, "row"));
    }

    private static long number(Map<String, ?> sourceOffset, String key) {
        Object value = sourceOffset.get(key);
        if (value == null) {
            return 0;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        // Two changes would share the identity that a guess gives them.
        throw new DataException("'" + key + "' of the source offset is a "
                + value.getClass().getSimpleName() + "; expected a whole number");
    }

    private static String hash(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
