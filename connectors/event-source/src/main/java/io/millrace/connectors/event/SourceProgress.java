package io.millrace.connectors.event;

import io.millrace.changes.IdentityRecord;
import io.millrace.events.Heartbeat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The source offsets of dropped records since the last record that was sent. Connect stores the offsets of sent records
 * alone, so a heartbeat carries such a place: the first one of a source partition at once, because a connector without
 * an offset begins again with a snapshot, others once an interval. For use by one thread.
 */
final class SourceProgress {
    private final String topic;
    private final String connector;
    private final long intervalMillis;
    private final LongSupplier clock;

    /** The offsets of the last records, if these were dropped, by source partition. */
    private final Map<Map<String, ?>, Map<String, ?>> dropped = new LinkedHashMap<>();

    /** The source partitions that have an offset of this task. */
    private final Set<Map<String, ?>> begun = new HashSet<>();

    private long nextHeartbeat;

    /**
     * No progress yet.
     *
     * @param topic the topic of the heartbeats
     * @param connector the connector's name
     * @param intervalMillis the least time between heartbeats
     * @param clock milliseconds since 1970
     */
    SourceProgress(String topic, String connector, long intervalMillis, LongSupplier clock) {
        this.topic = topic;
        this.connector = connector;
        this.intervalMillis = intervalMillis;
        this.clock = clock;
        this.nextHeartbeat = clock.getAsLong() + intervalMillis;
    }

    /** The record is the last one of its source partition so far, and is dropped. */
    void addDropped(SourceRecord record) {
        if (record.sourcePartition() != null && record.sourceOffset() != null) {
            dropped.put(record.sourcePartition(), record.sourceOffset());
        }
    }

    /** The record is the last one of its source partition so far, and is sent. */
    void addSent(SourceRecord record) {
        dropped.remove(record.sourcePartition());
        begun.add(record.sourcePartition());
    }

    /** The heartbeats that are due. */
    List<SourceRecord> takeDueHeartbeats() {
        if (dropped.isEmpty() || (clock.getAsLong() < nextHeartbeat && begun.containsAll(dropped.keySet()))) {
            return List.of();
        }
        return takeHeartbeats();
    }

    /** The heartbeats for all dropped records, whether due or not. */
    List<SourceRecord> takeHeartbeats() {
        long now = clock.getAsLong();
        List<SourceRecord> heartbeats = new ArrayList<>();
        dropped.forEach((partition, offset) -> heartbeats.add(makeHeartbeat(partition, offset, now)));
        begun.addAll(dropped.keySet());
        dropped.clear();
        nextHeartbeat = now + intervalMillis;
        return heartbeats;
    }

    /** A heartbeat in the place of a dropped record. */
    SourceRecord replaceDropped(SourceRecord record) {
        return makeHeartbeat(record.sourcePartition(), record.sourceOffset(), clock.getAsLong());
    }

    private SourceRecord makeHeartbeat(Map<String, ?> partition, Map<String, ?> offset, long now) {
        return IdentityRecord.of(Heartbeat.of(topic, connector, partition, offset, now));
    }
}
