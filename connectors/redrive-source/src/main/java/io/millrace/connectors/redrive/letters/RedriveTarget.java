package io.millrace.connectors.redrive.letters;

import io.millrace.changes.TopicPlace;
import java.util.Optional;

/** Where letters go. A letter for which the target has no topic is parked. */
public sealed interface RedriveTarget {
    /** The topic by which records come back to the connector that refused them, and to no other. */
    RedriveTarget RETRY = new Retry();

    /** The topic from which the record was refused; every consumer of the topic reads it again. */
    RedriveTarget ORIGINAL = new Original();

    /** The topic for records that do not come back by themselves any more. */
    RedriveTarget PARKED = new Parked();

    /** The topic of a letter; empty if its headers do not contain what the target needs. */
    Optional<String> topicOf(DeadLetter letter);

    /** What the target needs of a letter's headers, for messages. */
    String need();

    /**
     * The target in a text: {@code retry}, {@code original}, or the name of a topic.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static RedriveTarget parse(String text) {
        return switch (text) {
            case "retry" -> RETRY;
            case "original" -> ORIGINAL;
            default -> {
                if (!org.apache.kafka.common.internals.Topic.isValid(text)) {
                    throw new IllegalArgumentException(
                            "expected retry, original, or the name of a topic, found '" + text + "'");
                }
                yield new Topic(text);
            }
        };
    }

    /** {@code NAME.retry} of the connector that refused the record. */
    record Retry() implements RedriveTarget {
        @Override
        public Optional<String> topicOf(DeadLetter letter) {
            // The sink finds its row of the record by the origin.
            return letter.origin().isEmpty() ? Optional.empty() : letter.retryTopic();
        }

        @Override
        public String need() {
            return "the connector that refused it, and the topic, partition and offset of the record";
        }

        @Override
        public String toString() {
            return "retry";
        }
    }

    /** The topic of the record that was refused. */
    record Original() implements RedriveTarget {
        @Override
        public Optional<String> topicOf(DeadLetter letter) {
            return letter.origin().map(TopicPlace::topic);
        }

        @Override
        public String need() {
            return "the topic, partition and offset of the record";
        }

        @Override
        public String toString() {
            return "original";
        }
    }

    /**
     * One topic.
     *
     * @param name the topic
     */
    record Topic(String name) implements RedriveTarget {
        @Override
        public Optional<String> topicOf(DeadLetter letter) {
            return Optional.of(name);
        }

        @Override
        public String need() {
            return "nothing";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** {@code NAME.parked} of the connector that refused the record, or of the queue if its name is unknown or no topic can have it. */
    record Parked() implements RedriveTarget {
        @Override
        public Optional<String> topicOf(DeadLetter letter) {
            return Optional.of(letter.parkedTopic());
        }

        @Override
        public String need() {
            return "nothing";
        }

        @Override
        public String toString() {
            return "parked";
        }
    }
}
