package io.millrace.payloads.connect;

import org.apache.kafka.connect.data.Schema;

/**
 * A value that another one is to take the place of.
 *
 * @param place where it is
 * @param schema its own; null without schemas
 * @param target what the other one has; null without schemas
 * @param value never null
 */
record Leaf(Place place, Schema schema, Schema target, Object value) {
    @Override
    public String toString() {
        return place.toString();
    }
}
