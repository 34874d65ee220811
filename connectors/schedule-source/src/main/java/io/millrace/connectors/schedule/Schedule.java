package io.millrace.connectors.schedule;

import io.millrace.timers.PastDuePolicy;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The state of a schedule: what is sent, where to, when, and how often it was sent. {@link ScheduleFormat} writes it.
 *
 * @param timing when it is due
 * @param fired how many messages were sent
 * @param policy what is done with occurrences that are past due; empty for the connector's policy
 * @param topic the topic of the messages
 * @param key the key of the messages; null if it is the schedule's id
 * @param headers the headers of the messages, without those that the connector adds
 * @param payload the value of the messages; null for a tombstone
 */
@SuppressWarnings("ArrayRecordComponent") // They are never compared.
public record Schedule(
        Timing timing,
        long fired,
        Optional<PastDuePolicy> policy,
        String topic,
        byte @Nullable [] key,
        List<Header> headers,
        byte @Nullable [] payload) {
    /** With these. */
    public Schedule(
            Timing timing,
            long fired,
            Optional<PastDuePolicy> policy,
            String topic,
            byte @Nullable [] key,
            List<Header> headers,
            byte @Nullable [] payload) {
        this.timing = timing;
        this.fired = fired;
        this.policy = policy;
        this.topic = topic;
        this.key = key;
        this.headers = List.copyOf(headers);
        this.payload = payload;
    }

    /** The same schedule after a message was sent. */
    Schedule countFired() {
        return new Schedule(timing, fired + 1, policy, topic, key, headers, payload);
    }

    /** The same schedule, whose pending occurrence is the first one after this time. */
    Schedule continueAfter(long after) {
        return new Schedule(timing.continueAfter(after), fired, policy, topic, key, headers, payload);
    }

    /** Whether as many messages were sent as the schedule permits. */
    boolean isComplete() {
        return fired >= timing.count();
    }

    /** Without key, headers and payload, which may contain values of records. */
    @Override
    public String toString() {
        return "schedule of messages to " + topic + ", " + timing + ", " + fired + " sent";
    }
}
