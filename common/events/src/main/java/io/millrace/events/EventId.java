package io.millrace.events;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The identity of one change in a source database, as text. It is a function of the change's place in the source alone:
 * a replay gives the same identity, and no two changes share one.
 *
 * <p>The grammar, where {@code server-id}, {@code file}, {@code pos}, {@code event} and {@code row} are those of
 * Debezium's source <em>offset</em> (absent means 0), and {@code op} is the envelope's operation:
 *
 * <pre>
 * id        = streamed | snapshot
 * streamed  = ( gtid | server-id ":" file ":" pos ) ":" event ":" row ":" op
 * snapshot  = "snapshot:" file ":" pos ":" event ":" row ":" table ":" key-hash
 * key-hash  = 32 hexadecimal digits: the first 16 bytes of the SHA-256 of the row's key
 * </pre>
 *
 * <p>Why not {@code source.pos} and {@code source.row}: in a transaction that MySQL compressed all statements carry one
 * position and each begins its rows at 0. Why {@code op}: Debezium turns an update of a primary key into a delete and a
 * create from one row of one binlog event, with one offset. Why the position in a snapshot's identity: a row has exactly
 * one state at one position, so a snapshot read again at the same position repeats its identities and one taken later,
 * which may have seen another state, does not.
 */
public final class EventId {
    private EventId() {}

    /**
     * The identity of a change that was read from the binlog.
     *
     * @param sourceOffset Debezium's source offset of the record
     * @param gtid the transaction's GTID, or null if the server has none
     * @param op the envelope's operation, e.g. {@code u}
     * @throws DataException where there is no offset, or it has neither a position nor a GTID, or something else than
     *     numbers where its numbers are
     */
    public static String streamed(Map<String, ?> sourceOffset, @Nullable String gtid, String op) {
        requireOffset(sourceOffset);
        StringBuilder id = new StringBuilder(64);
        if (gtid != null) {
            id.append(gtid);
        } else {
            id.append(number(sourceOffset, "server_id")).append(':');
            appendPosition(id, sourceOffset);
        }
        return appendPlace(id, sourceOffset).append(':').append(op).toString();
    }

    /**
     * The identity of a row that a snapshot read.
     *
     * @param sourceOffset Debezium's source offset of the record: the position that the snapshot is consistent with
     * @param table the table's full name
     * @param key a text that no other row of the table has
     * @throws DataException where there is no offset, or it has no position, or something else than numbers where its
     *     numbers are
     */
    public static String snapshot(Map<String, ?> sourceOffset, String table, String key) {
        requireOffset(sourceOffset);
        StringBuilder id = new StringBuilder(96).append("snapshot:");
        appendPosition(id, sourceOffset);
        return appendPlace(id, sourceOffset)
                .append(':')
                .append(table)
                .append(':')
                .append(hash(key))
                .toString();
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
