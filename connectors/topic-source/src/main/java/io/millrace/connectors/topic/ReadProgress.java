package io.millrace.connectors.topic;

import io.millrace.changes.IdentityRecord;
import io.millrace.changes.TopicPosition;
import io.millrace.events.Heartbeat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * How far the partitions were read, and how far that was sent. Connect stores the offsets of records that are sent, and transforms
 * may drop every record; so a heartbeat carries a position that was not sent: after an interval, or after a number of records in a
 * row. Connect keeps dropped records in memory until a transaction has a record, so the number bounds its memory, too.
 *
 * <p>{@link #addSent} may be called by any thread; the other methods are for one thread.
 */
final class ReadProgress {
    private final String topic;
    private final String connector;
    private final long intervalMillis;
    private final int maxUnconfirmed;
    private final LongSupplier clock;

    private final Map<TopicPartition, TopicPosition> read = new HashMap<>();
    private final Map<TopicPartition, Long> sent = new ConcurrentHashMap<>();
    private final AtomicInteger unconfirmed = new AtomicInteger();
    private long nextHeartbeat;

    /**
     * No progress yet.
     *
     * @param topic the topic of the heartbeats
     * @param connector the connector's name
     * @param intervalMillis the least time between heartbeats for few records
     * @param maxUnconfirmed the number of records in a row of which none was sent
     * @param clock milliseconds since 1970
     */
    ReadProgress(String topic, String connector, long intervalMillis, int maxUnconfirmed, LongSupplier clock) {
        this.topic = topic;
        this.connector = connector;
        this.intervalMillis = intervalMillis;
        this.maxUnconfirmed = maxUnconfirmed;
        this.clock = clock;
        this.nextHeartbeat = clock.getAsLong() + intervalMillis;
    }

    /** The position is where the reader starts, so it needs no heartbeat. */
    void addStart(TopicPosition position) {
        TopicPartition partition = partitionOf(position);
        if (read.putIfAbsent(partition, position) == null) {
            sent.put(partition, position.nextOffset());
        }
    }

    /** A record is handed to Connect; the position is after it. */
    void addRecord(TopicPosition position) {
        read.put(partitionOf(position), position);
        unconfirmed.incrementAndGet();
    }

    /** Everything before the position was handed to Connect: records, or markers of transactions. */
    void addPosition(TopicPosition position) {
        read.put(partitionOf(position), position);
    }

    /** A record with this position was sent. */
    void addSent(TopicPosition position) {
        sent.merge(partitionOf(position), position.nextOffset(), Math::max);
        unconfirmed.set(0);
    }

    /** The heartbeats that are due, of partitions that were read further than what was sent. */
    List<SourceRecord> takeDueHeartbeats() {
        long now = clock.getAsLong();
        if (now < nextHeartbeat && unconfirmed.get() < maxUnconfirmed) {
            return List.of();
        }
        List<SourceRecord> heartbeats = new ArrayList<>();
        read.forEach((partition, position) -> {
            if (position.nextOffset() > sent.getOrDefault(partition, -1L)) {
                heartbeats.add(IdentityRecord.of(Heartbeat.of(
                        topic,
                        connector,
                        TopicPosition.toSourcePartition(position.topic(), position.partition()),
                        position.toSourceOffset(),
                        now)));
            }
        });
        unconfirmed.set(0);
        nextHeartbeat = now + intervalMillis;
        return heartbeats;
    }

    private static TopicPartition partitionOf(TopicPosition position) {
        return new TopicPartition(position.topic(), position.partition());
    }
}
