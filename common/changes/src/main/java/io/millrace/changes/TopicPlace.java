package io.millrace.changes;

import java.util.Optional;

/**
 * The place of a record in a topic, whose text is
 *
 * <pre>
 * place = topic "-" partition "@" offset
 * </pre>
 *
 * @param topic not empty
 * @param partition from 0
 * @param offset from 0
 */
public record TopicPlace(String topic, int partition, long offset) {
    public TopicPlace {
        if (topic.isEmpty() || partition < 0 || offset < 0) {
            throw new IllegalArgumentException("expected a topic, and a partition and an offset from 0 on, found '"
                    + topic + "', " + partition + " and " + offset);
        }
    }

    /** The place in a text; empty if it is not one. */
    public static Optional<TopicPlace> find(String text) {
        int at = text.lastIndexOf('@');
        int dash = text.lastIndexOf('-', Math.max(at, 0));
        if (dash < 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TopicPlace(
                    text.substring(0, dash),
                    Integer.parseInt(text.substring(dash + 1, at)),
                    Long.parseLong(text.substring(at + 1))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The place of these parts; empty if they are not those of one. */
    public static Optional<TopicPlace> find(String topic, long partition, long offset) {
        return topic.isEmpty() || partition < 0 || partition > Integer.MAX_VALUE || offset < 0
                ? Optional.empty()
                : Optional.of(new TopicPlace(topic, (int) partition, offset));
    }

    @Override
    public String toString() {
        return RecordPlace.of(topic, partition, offset);
    }
}
