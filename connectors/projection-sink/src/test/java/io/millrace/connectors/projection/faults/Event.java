package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What is produced to a topic.
 *
 * @param topic the topic
 * @param id the key, whose events are all in one partition
 * @param revision grows from event to event of all topics, those of aborted transactions included
 * @param value the value, without id and revision; null for a tombstone
 * @param poison whether the sink must refuse it
 * @param dropped whether a transform of the connector drops it before the sink sees it
 */
record Event(String topic, long id, long revision, ObjectNode value, boolean poison, boolean dropped) {
    /** The header of a record that a transform drops. */
    static final String DROPPED = "dropped";

    boolean isDelete() {
        return value == null || value.path("deleted").asBoolean();
    }
}
