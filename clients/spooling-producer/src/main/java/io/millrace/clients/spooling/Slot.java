package io.millrace.clients.spooling;

import java.util.ArrayDeque;
import java.util.Deque;

/** The keys of one hash, whose records stay in their order. Belongs to the {@link RecordRouter}, which has a lock for it. */
final class Slot {
    /** Where new records go. */
    enum State {
        /** To Kafka. */
        DIRECT,
        /** To the spool. */
        SPOOLING,
        /** They wait until what the spool has of the slot is in Kafka. */
        DRAINING
    }

    State state = State.DIRECT;
    /** How many records Kafka's producer has. */
    int direct;
    /** How many records wait to be stored. */
    int queued;
    /** The sequence of the last object with a record of the slot. */
    long lastObject;

    final Deque<PendingRecord> held = new ArrayDeque<>();

    /** Whether everything of the slot in the spool is in Kafka. */
    boolean isRecovered(long recovered) {
        return queued == 0 && lastObject <= recovered;
    }
}
