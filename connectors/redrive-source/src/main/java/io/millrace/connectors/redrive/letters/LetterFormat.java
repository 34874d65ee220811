package io.millrace.connectors.redrive.letters;

import io.millrace.changes.TopicPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;

/**
 * The names of the headers that contain the origin of a letter and the reason. The first dialect counts whose header the letter has.
 *
 * @param dialects at least one
 */
public record LetterFormat(List<Dialect> dialects) {
    private static final String CONNECT_PREFIX = "__connect.errors.";
    private static final String SPRING_PREFIX = "kafka_dlt-";

    /** Of Connect's sinks, with {@code errors.deadletterqueue.context.headers.enable}. */
    static final Dialect CONNECT = new Dialect(
            CONNECT_PREFIX,
            CONNECT_PREFIX + "topic",
            CONNECT_PREFIX + "partition",
            CONNECT_PREFIX + "offset",
            CONNECT_PREFIX + "connector.name",
            CONNECT_PREFIX + "exception.message",
            CONNECT_PREFIX + "exception.class.name",
            CONNECT_PREFIX + "exception.stacktrace",
            false);

    /** Of Spring for Kafka's {@code DeadLetterPublishingRecoverer}, with numbers as bytes. */
    static final Dialect SPRING = new Dialect(
            SPRING_PREFIX,
            SPRING_PREFIX + "original-topic",
            SPRING_PREFIX + "original-partition",
            SPRING_PREFIX + "original-offset",
            SPRING_PREFIX + "original-consumer-group",
            SPRING_PREFIX + "exception-message",
            SPRING_PREFIX + "exception-fqcn",
            SPRING_PREFIX + "exception-stacktrace",
            true);

    /** By the headers of each letter: Connect's, or Spring's. */
    public static final LetterFormat BY_HEADERS = new LetterFormat(List.of(CONNECT, SPRING));

    private static final int NAMES = 5;

    /** Keeps its own copy. */
    public LetterFormat {
        dialects = List.copyOf(dialects);
    }

    /**
     * The headers of one kind of queue.
     *
     * @param prefix all headers of the queue begin with it; empty if they have nothing in common
     * @param topic the header with the topic of the record that failed
     * @param partition the header with its partition
     * @param offset the header with its offset
     * @param failed the header with the connector, or the consumer group, that failed
     * @param message the header with the reason
     * @param exception the header with the class of the exception
     * @param stackTrace the header with the exception's stack trace
     * @param hasBinaryNumbers whether partition and offset are bytes
     */
    record Dialect(
            String prefix,
            String topic,
            String partition,
            String offset,
            String failed,
            String message,
            String exception,
            String stackTrace,
            boolean hasBinaryNumbers) {
        private boolean isOf(Headers headers) {
            return headers.lastHeader(topic) != null
                    || headers.lastHeader(message) != null
                    || headers.lastHeader(exception) != null
                    || headers.lastHeader(failed) != null;
        }

        Optional<TopicPlace> findPlace(Headers headers) {
            Optional<String> place = HeaderText.find(headers, topic);
            Optional<Long> number = HeaderText.findNumber(headers, partition, hasBinaryNumbers);
            Optional<Long> at = HeaderText.findNumber(headers, offset, hasBinaryNumbers);
            return place.isPresent() && number.isPresent() && at.isPresent()
                    ? TopicPlace.find(place.get(), number.get(), at.get())
                    : Optional.empty();
        }

        Optional<String> findFailed(Headers headers) {
            return HeaderText.find(headers, failed);
        }

        Optional<String> findReason(Headers headers) {
            return HeaderText.find(headers, message).or(() -> HeaderText.find(headers, exception));
        }

        private boolean has(String name) {
            return (!prefix.isEmpty() && name.startsWith(prefix))
                    || name.equals(topic)
                    || name.equals(partition)
                    || name.equals(offset)
                    || name.equals(failed)
                    || name.equals(message)
                    || name.equals(exception)
                    || name.equals(stackTrace);
        }
    }

    /**
     * The format in a text: {@code connect}, {@code spring}, both by {@code headers}, or the names of five headers, of topic,
     * partition, offset, failed consumer and reason, separated by commas.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static LetterFormat parse(String text) {
        return switch (text) {
            case "headers" -> BY_HEADERS;
            case "connect" -> new LetterFormat(List.of(CONNECT));
            case "spring" -> new LetterFormat(List.of(SPRING));
            default -> new LetterFormat(List.of(parseNames(text)));
        };
    }

    private static Dialect parseNames(String text) {
        List<String> names = new ArrayList<>();
        for (String name : text.split(",", -1)) {
            names.add(name.strip());
        }
        if (names.size() != NAMES || names.contains("")) {
            throw new IllegalArgumentException("expected headers, connect, spring, or the names of " + NAMES
                    + " headers, TOPIC,PARTITION,OFFSET,CONSUMER,REASON, found '" + text + "'");
        }
        // No header has the last two names.
        return new Dialect("", names.get(0), names.get(1), names.get(2), names.get(3), names.get(4), "", "", false);
    }

    /** The dialect of a letter with these headers; empty if no header is of one. */
    Optional<Dialect> dialectOf(Headers headers) {
        for (Dialect dialect : dialects) {
            if (dialect.isOf(headers)) {
                return Optional.of(dialect);
            }
        }
        return Optional.empty();
    }

    /** Whether a header describes the failure, and is not of the record that failed. */
    boolean isOfFailure(String name) {
        for (Dialect dialect : dialects) {
            if (dialect.has(name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a header is a stack trace, which may contain values. */
    boolean isStackTrace(String name) {
        for (Dialect dialect : dialects) {
            if (dialect.stackTrace().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
