package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * An event, as a committed change defines it or as a topic has it.
 *
 * @param subject the values of its key; {@value #NO_KEY} if it has none
 * @param type the rule's type
 * @param revision the revision; {@value #NO_REVISION} if it has none
 * @param context the request's context in the headers
 * @param body in the form of {@link EventBody}
 */
record ShopEvent(String topic, String subject, String type, String revision, Map<String, String> context, String body) {
    static final String NO_KEY = "-";
    static final String NO_REVISION = "-";

    ShopEvent {
        context = new TreeMap<>(context);
    }

    /** The event of a row. */
    static ShopEvent of(
            String topic, String subject, String type, long revision, Map<String, String> context, JsonNode body) {
        return new ShopEvent(topic, subject, type, String.valueOf(revision), context, EventBody.normalise(body));
    }

    /** Events with one place have an order. */
    String place() {
        return topic + " " + subject;
    }

    /** The state of the row, whatever has become of it. */
    String state() {
        return place() + " @" + revision;
    }

    /** What makes it this event and no other. */
    String identity() {
        return place() + " " + type + " @" + revision;
    }

    /** What must be right in it. */
    String content() {
        return context + " " + body;
    }
}
