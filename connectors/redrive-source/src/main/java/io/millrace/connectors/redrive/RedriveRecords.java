package io.millrace.connectors.redrive;

import io.millrace.changes.IdentityRecord;
import io.millrace.changes.SourcePosition;
import io.millrace.changes.TopicPlace;
import io.millrace.connectors.redrive.letters.RedrivenRecord;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes Connect's records of steps. A letter that was held and is sent has two: itself, and the tombstone of its state. They are one transaction; without
 * transactions the tombstone is made when the letter was sent, so that a failure in between does not lose it.
 *
 * <p>{@link #addSent} may be called by any thread; the other methods are for one thread.
 */
final class RedriveRecords {
    private final String stateTopic;
    private final boolean waitsForSent;
    /** Letters by the records that have to be sent before the tombstones of their states. */
    private final Map<SourceRecord, TopicPlace> unsent = new ConcurrentHashMap<>();

    /** Letters that were sent and whose state has no tombstone yet. */
    private final Queue<TopicPlace> released = new ConcurrentLinkedQueue<>();

    /**
     * For a topic of the state.
     *
     * @param waitsForSent whether there are no transactions
     */
    RedriveRecords(String stateTopic, boolean waitsForSent) {
        this.stateTopic = stateTopic;
        this.waitsForSent = waitsForSent;
    }

    /**
     * Adds the records of a step.
     *
     * @param position the position that is committed with them
     */
    void add(RedriveStep step, SourcePosition position, List<SourceRecord> records) {
        if (step instanceof RedriveStep.Held held) {
            records.add(state(held.key(), held.value(), position));
        } else if (step instanceof RedriveStep.Sent sent) {
            SourceRecord record = letter(sent.record(), position);
            records.add(record);
            if (sent.wasHeld()) {
                if (waitsForSent) {
                    unsent.put(record, HeldLetter.placeOf(sent.letter()));
                } else {
                    records.add(state(HeldLetter.keyOf(sent.letter()), null, position));
                }
            }
        }
    }

    /** A record that changes nothing and has a position: the tombstone of a letter that is not held. */
    SourceRecord ofPosition(RedriveStep step, SourcePosition position) {
        return state(HeldLetter.keyOf(step.letter()), null, position);
    }

    /** A record was sent. */
    void addSent(SourceRecord record) {
        TopicPlace letter = unsent.remove(record);
        if (letter != null) {
            released.add(letter);
        }
    }

    /**
     * Adds the tombstones of letters that were sent without a transaction.
     *
     * @param positions the position of a letter's partition behind all records of the batch, so that none goes back
     */
    void addTombstones(Function<TopicPartition, SourcePosition> positions, List<SourceRecord> records) {
        for (TopicPlace next = released.poll(); next != null; next = released.poll()) {
            SourcePosition position = positions.apply(new TopicPartition(next.topic(), next.partition()));
            records.add(state(HeldLetter.keyOf(next), null, position));
        }
    }

    private static SourceRecord letter(RedrivenRecord sent, SourcePosition position) {
        ConnectHeaders headers = new ConnectHeaders();
        for (Header header : sent.headers()) {
            headers.add(header.key(), header.value(), Schema.OPTIONAL_BYTES_SCHEMA);
        }
        long timestamp = sent.letter().timestampMs();
        return IdentityRecord.of(new SourceRecord(
                position.partition(),
                position.offset(),
                sent.topic(),
                sent.partition(),
                Schema.OPTIONAL_BYTES_SCHEMA,
                sent.letter().record().key(),
                Schema.OPTIONAL_BYTES_SCHEMA,
                sent.letter().record().value(),
                timestamp < 0 ? null : timestamp,
                headers));
    }

    private SourceRecord state(byte[] key, byte @Nullable [] value, SourcePosition position) {
        return IdentityRecord.of(new SourceRecord(
                position.partition(),
                position.offset(),
                stateTopic,
                0,
                Schema.BYTES_SCHEMA,
                key,
                Schema.OPTIONAL_BYTES_SCHEMA,
                value));
    }
}
